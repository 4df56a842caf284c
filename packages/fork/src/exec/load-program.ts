/**
 * The loader: past the point of no return it maps the program, and anything that fails kills the
 * task (SPEC §7.4/6, §7.7/7).
 */
import { Errno, MapFlag, PAGE_SIZE, PMD_SIZE, Prot, pageAlignDown } from "@forkpath/abi";
import type { MmapRequest } from "@forkpath/mm";
import { doBrk, doMmap } from "@forkpath/mm/internal";
import { type KernelThread, traced, writing } from "@forkpath/sync";
import { mmLimitsOf } from "../task/rlimit.ts";
import { stepStatus } from "../task/scripted-step.ts";
import { putUser } from "../task/user-access.ts";
import type { ForkEnv, TaskStruct } from "../types.ts";
import type { LinuxBinprm } from "./binprm.ts";
import { flushOldExec, setupNewExec } from "./flush-old-exec.ts";
import { stringsBytes, stringsOf, TEXT_START } from "./program.ts";
import { setupArgPages } from "./setup-arg-pages.ts";
import { setupAdditionalPages } from "./special-areas.ts";

/** A file of the program, as only a loader may map it: nobody may write to it. */
const ELF_MAP = MapFlag.PRIVATE | MapFlag.FIXED | MapFlag.DENYWRITE | MapFlag.EXECUTABLE;

/**
 * @returns 0; or a negative errno, with the old program going on, or the task killed
 * @kernel load_elf_binary in fs/binfmt_elf.c
 * @deviates One text and one data segment, no interpreter.
 */
export function* loadProgram(fe: ForkEnv, bprm: LinuxBinprm): KernelThread<number> {
  const refused = stepStatus(fe, "search_binary_handler");
  if (refused !== 0) return refused;
  if (bprm.request.isProgram === false) return -Errno.ENOEXEC;
  const flushed = yield* traced(fe.sync, "flush_old_exec", flushOldExec(fe, bprm));
  if (flushed !== 0) return flushed;
  setupNewExec(bprm);
  const stacked = yield* traced(fe.sync, "setup_arg_pages", setupArgPages(fe, bprm));
  const status = stacked !== 0 ? stacked : yield* mapProgram(fe, bprm);
  if (status !== 0) sendSigkill(bprm.current);
  return status;
}

function* mapProgram(fe: ForkEnv, bprm: LinuxBinprm): KernelThread<number> {
  const { mm } = bprm;
  setLayout(bprm);
  const map = mapSegments(fe, bprm);
  const status = yield* writing(fe.sync, mm.mmapSem, "load_elf_binary", map);
  if (status !== 0) return status;
  if (bprm.request.image.hasPartialPage) {
    const cleared = yield* putUser(fe, bprm.current, mm.layout.endData - 1); // padzero
    if (cleared !== 0) return cleared;
  }
  return yield* traced(fe.sync, "create_elf_tables", createElfTables(fe, bprm));
}

/** Writes every page from the strings down to the pointer to the stack that the program gets. */
function* createElfTables(fe: ForkEnv, bprm: LinuxBinprm): KernelThread<number> {
  const { execStrings, execStack } = fe.rules;
  const { argv, envp } = stringsOf(bprm.request, execStrings.emptyArgv);
  const start = execStack.tablesStart(bprm.p, argv.length, envp.length);
  for (let at = bprm.p - 1; at >= start; at = pageAlignDown(at) - 1) {
    const status = yield* putUser(fe, bprm.current, at);
    if (status !== 0) return status;
  }
  return 0;
}

/** Where everything is, for /proc and brk: from the strings up, arguments, then environment. */
function setLayout({ mm, p, request }: LinuxBinprm): void {
  const { image, argv = [], envp = [] } = request;
  const { textStart = TEXT_START, dataStart } = image;
  const { layout } = mm;
  layout.startStack = p;
  layout.argEnd = layout.argStart + stringsBytes(argv);
  layout.envStart = layout.argEnd;
  layout.envEnd = layout.envStart + stringsBytes(envp);
  layout.startCode = textStart;
  layout.endCode = textStart + image.textPages * PAGE_SIZE;
  layout.startData = dataStart ?? Math.ceil(layout.endCode / PMD_SIZE) * PMD_SIZE;
  layout.endData = layout.startData + image.dataPages * PAGE_SIZE;
  layout.startBrk = layout.endData + image.bssPages * PAGE_SIZE;
  layout.brk = layout.startBrk;
}

function* mapSegments(fe: ForkEnv, bprm: LinuxBinprm): KernelThread<number> {
  const { mm } = bprm;
  const { image } = bprm.request;
  const { layout } = mm;
  const { textPages, dataPages, bssPages, textPgoff = 0 } = image;
  const limits = mmLimitsOf(bprm.current);
  const open = { file: image.file, isReadable: true, isWritable: false };
  const segment = (addr: number, pages: number, pgoff: number, prot: number): MmapRequest => ({
    addr,
    len: pages * PAGE_SIZE,
    pgoff,
    prot,
    flags: ELF_MAP,
    open,
  });
  const text = segment(layout.startCode, textPages, textPgoff, Prot.READ | Prot.EXEC);
  const textAt = yield* doMmap(fe.mm, mm, text, limits);
  if (textAt < 0) return textAt;
  if (dataPages > 0) {
    const data = segment(
      layout.startData,
      dataPages,
      textPgoff + textPages,
      Prot.READ | Prot.WRITE,
    );
    const dataAt = yield* doMmap(fe.mm, mm, data, limits);
    if (dataAt < 0) return dataAt;
  }
  const bssAt = yield* doBrk(fe.mm, mm, layout.endData, bssPages * PAGE_SIZE, limits);
  if (bssAt < 0) return -Errno.ENOMEM;
  return yield* setupAdditionalPages(fe, mm);
}

/** There is nothing left to return to. */
function sendSigkill(task: TaskStruct): void {
  task.isKilled = true;
  task.hasPendingSignal = true;
}
