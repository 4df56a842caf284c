/**
 * exec, on both sides alike. A program begins with a page of the same few instructions that every
 * subject runs, so whatever its process does from then on is fetched from there first: the model
 * reads that page where a real process would.
 */
import { PAGE_SIZE, PMD_SIZE, VmFlag } from "@forkpath/abi";
import type { ExecOptions, Kernel } from "@forkpath/kernel";
import { ACCESS_ERROR, type MmStruct } from "@forkpath/mm";
import { fillCache } from "./fill-cache.ts";
import { CODE_PAGE, PROGRAM_CODE } from "./look.ts";
import type { Listener, ProgramLayout } from "./made-call.ts";

/** Strings that a page of code has room to point at: see code.c of the recorder. */
const MOST_STRINGS = 200;
/** Each string has so many bytes, its zero included. */
const STRING_BYTES = 2048;
const STRING = "a".repeat(STRING_BYTES - 1);

/** Whether it has executed a program: then it has no page of code besides. */
export const hasProgram = ({ vmas }: MmStruct): boolean =>
  vmas.every(({ start }) => start !== CODE_PAGE);

/**
 * Makes a call as a task does: its instruction and the one behind it are fetched from its program.
 */
export function asSubject<Answer>(
  kernel: Kernel,
  pid: number,
  listener: Pick<Listener, "onRefusal">,
  call: () => Answer,
): Answer {
  kernel.drainLru();
  fetchCode(kernel, pid);
  const answer = call();
  if (!fetchCode(kernel, pid)) listener.onRefusal("its process would lose the code that it runs");
  return answer;
}

/** @returns false where the program's first page is gone, or no code any more */
function fetchCode(kernel: Kernel, pid: number): boolean {
  const mm = kernel.machine.fork.tasks.get(pid)?.mm ?? null;
  if (mm === null || !hasProgram(mm) || kernel.isBlocked(pid)) return true;
  const area = mm.vmas.find(({ start, end }) => start <= PROGRAM_CODE && PROGRAM_CODE < end);
  if (area === undefined || (area.flags & VmFlag.EXEC) === 0) return false;
  return (kernel.read(pid, PROGRAM_CODE) & ACCESS_ERROR) === 0;
}

/** Executes the same program with strings of one length, which fill as much as those wanted. */
export function execForReal(
  kernel: Kernel,
  pid: number,
  { path, argv = [], textPages = 1, dataPages = 1, bssPages = 1 }: ExecOptions,
  listener: Listener,
): number {
  const bytes = argv.reduce((sum, { length }) => sum + length + 1, 0);
  const count = Math.floor(bytes / STRING_BYTES);
  if (count > MOST_STRINGS) listener.onRefusal("arguments of more than 400 kB cannot be passed");
  const program: ProgramLayout = {
    textPages,
    dataPages,
    bssPages,
    dataStart: Math.ceil((PROGRAM_CODE + textPages * PAGE_SIZE) / PMD_SIZE) * PMD_SIZE,
  };
  const file = {
    path: `${path} of ${textPages}, ${dataPages}, ${bssPages}`,
    sizePages: 1 + textPages + dataPages,
    isShmem: false,
    program,
  };
  const open = kernel.openFile(file.path, { sizePages: file.sizePages });
  fillCache(kernel, open, open.file.pages.size);
  const options: ExecOptions = {
    path: file.path,
    filename: listener.nameOf(file.path),
    ...program,
    textStart: PROGRAM_CODE,
    textPgoff: 1,
    argv: new Array<string>(count).fill(STRING),
  };
  const process = kernel.machine.fork.tasks.get(pid)?.groupLeader.pid ?? pid;
  const answer = asSubject(kernel, pid, listener, () => kernel.execve(pid, options));
  const isKilled = kernel.machine.fork.tasks.get(process)?.mm === null;
  if (answer === 0) kernel.read(process, PROGRAM_CODE);
  listener.onCall({ name: "execve", args: [pid, options, isKilled], answer, file });
  return answer;
}
