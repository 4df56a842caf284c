/** `exec F [args=N] [env=N]` and `start`: another program, and its first instruction. */
import { Signal, TASK_SIZE } from "@forkpath/abi";
import type { ExecOptions } from "@forkpath/kernel";
import type { Call } from "../call.ts";
import type { RecordedFile } from "../files.ts";
import { NONE, OK, type Outcome, outcomeOf } from "../outcome.ts";
import { HEAP_SLOT, PROGRAM_CODE, slotStart } from "../places.ts";
import { taskOf, type World } from "../world.ts";

/** Each takes 2048 bytes of the stack, its zero included. */
const STRING = "x".repeat(2047);
/** Which descriptor the first file of a history is opened as. */
const FIRST_FD = 100;

export const exec: Call = (world, { pid }, [name, ...options]) => {
  const { kernel } = world;
  const count = (key: string): number =>
    Number(options.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1) ?? 0);
  const strings = { argv: stringsOf(count("args")), envp: stringsOf(count("env")) };
  const { tgid } = taskOf(kernel, pid);
  const task = taskOf(kernel, pid);
  const status = kernel.execve(pid, { ...programOf(world, name), ...strings });
  if (status === 0) noteProgram(world, tgid, name);
  return status === 0 || task.state !== "zombie" ? outcomeOf(status) : killedBy(task.exitCode);
};

/** It enters its program, which lies on one page. */
export const start: Call = ({ kernel }, who) => {
  if (who.isFresh !== true) return NONE;
  who.isFresh = false;
  kernel.read(who.pid, PROGRAM_CODE);
  return OK;
};

/**
 * An instruction of the program: the processor fetches it from the program's page of code, which
 * a fork does not copy.
 */
export function fetchCode({ kernel, subjects }: World, name: string): void {
  const who = subjects.get(name);
  if (who?.program !== undefined && who.isFresh !== true) kernel.read(who.pid, PROGRAM_CODE);
}

const stringsOf = (count: number): string[] => new Array<string>(count).fill(STRING);

const killedBy = (code: number): Outcome => ({
  result: Object.entries(Signal).find(([, number]) => number === code)?.[0] ?? `signal ${code}`,
});

/** Whoever called, the process goes on under its leader's name. */
function noteProgram({ subjects }: World, tgid: number, program: string): void {
  for (const subject of subjects.values()) {
    if (subject.pid !== tgid) continue;
    subject.program = program;
    subject.isFresh = true;
  }
}

function programOf({ files }: World, name: string): ExecOptions {
  if (name === "none") return { path: "" };
  const file = files.get(name);
  if (file === undefined) throw new RangeError(`no file is called ${name}`);
  const filename = `/dev/fd/${FIRST_FD + [...files.keys()].indexOf(name)}`;
  return { path: name, filename, ...kindOf(file) };
}

/** A header page, one of code, those of data; zeroes behind. */
function kindOf({ kind, numbers, options }: RecordedFile): Partial<ExecOptions> {
  if (kind === "junk") return { isProgram: false };
  if (kind !== "exe") return { isExecutable: false };
  const [dataPages, bssPages] = numbers;
  const isBad = options.includes("bad");
  return {
    textStart: PROGRAM_CODE,
    textPages: 1,
    textPgoff: 1,
    dataStart: isBad ? TASK_SIZE : slotStart(HEAP_SLOT),
    dataPages,
    bssPages,
    hasPartialPage: options.includes("partial"),
  };
}
