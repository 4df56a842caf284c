/**
 * execve: a new address space is built beside the old one, and then takes its place (SPEC §7.4).
 *
 * Each function here owns one thing and gives it back on the way out, whatever happened inside:
 *
 *    doExecve          the private table of open files
 *      execMarked      the mark that keeps others from joining fs
 *        execFile      the open program file
 *          execBprm    the new mm, until it is the task's
 */
import { Errno } from "@forkpath/abi";
import { EventClass, emit } from "@forkpath/events";
import { mmput } from "@forkpath/mm";
import { getFile, putFile } from "@forkpath/mm/internal";
import { allocSleeping, type KernelThread, stopAt, traced } from "@forkpath/sync";
import { dieOfSignal } from "../exit/group-exit.ts";
import { filesPoint, fsPoint } from "../task/points.ts";
import { IN_EXEC, refuseBusy } from "../task/refuse.ts";
import { stepStatus } from "../task/scripted-step.ts";
import { isNprocExceeded } from "../task/setuid.ts";
import { createFiles } from "../task/shared-structs.ts";
import type { FilesStruct, ForkEnv, TaskStruct } from "../types.ts";
import { chargeArgs, copyStrings } from "./arg-pages.ts";
import { bprmMmInit, type LinuxBinprm } from "./binprm.ts";
import { loadProgram } from "./load-program.ts";
import { type ExecRequest, expectExecRequest, stringsOf } from "./program.ts";

/**
 * Replaces the program of `current`. A failure behind the point of no return leaves it killed:
 * `isKilled` is set, and it has to die on its way back to user space.
 * @returns 0 or a negative errno
 * @throws RangeError or TypeError for an image or a stack top that cannot be
 * @kernel do_execve in fs/exec.c
 */
export function* doExecve(
  fe: ForkEnv,
  current: TaskStruct,
  request: ExecRequest,
): KernelThread<number> {
  expectExecRequest(request);
  if (isNprocExceeded(fe, current)) return -Errno.EAGAIN;
  const shared = current.files;
  const unshared = yield* unshareFiles(fe, current);
  if (unshared !== 0) return unshared;
  const status = yield* execMarked(fe, current, request);
  settleFiles(current, shared, status === 0);
  if (status === 0 && fe.sync.traced & EventClass.TASK) {
    emit(fe.sync, { kind: "task", what: "exec", pid: current.pid, other: current.pid });
  }
  return status;
}

/**
 * execve(2): a task that was killed on the way dies before it is back in user space.
 * @throws as doExecve
 * @kernel sys_execve in arch/x86/kernel/process.c
 * @example
 * ```ts
 * import { createForkEnv, createProcess, sysExecve } from "@forkpath/fork";
 * import { createMappedFile, createMmEnv } from "@forkpath/mm";
 * import { runToCompletion } from "@forkpath/sync";
 * const env = createMmEnv({ memoryPages: 4096 });
 * const fe = createForkEnv(env);
 * const server = createProcess(fe, { comm: "sh" });
 * if (typeof server === "number") throw new Error("no memory");
 * const file = createMappedFile(1, "/bin/ls", { sizePages: 2 });
 * const image = { file, textPages: 1, dataPages: 1, bssPages: 1 };
 * console.log(runToCompletion(sysExecve(fe, server, { image })), server.comm); // 0 ls
 * ```
 */
export function* sysExecve(
  fe: ForkEnv,
  current: TaskStruct,
  request: ExecRequest,
): KernelThread<number> {
  const body = doExecve(fe, current, request);
  const status = yield* traced(fe.sync, "do_execve", body, { pid: current.pid });
  if (status !== 0 && current.isKilled) yield* dieOfSignal(fe, current, fe.rules.execDeath);
  return status;
}

function* execMarked(fe: ForkEnv, current: TaskStruct, request: ExecRequest): KernelThread<number> {
  if (!(yield* allocSleeping(fe.sync, "bprm"))) return -Errno.ENOMEM;
  if (!(yield* allocSleeping(fe.sync, "cred"))) return -Errno.ENOMEM; // prepare_bprm_creds
  const { fs } = current;
  if (fe.sync.interleaved) yield* stopAt(fe.sync, fsPoint(current));
  if (fs.inExec) return refuseBusy(fe.sync, IN_EXEC);
  fs.inExec = isFsOwn(current);
  const status = yield* execFile(fe, current, request);
  if (fe.sync.interleaved) yield* stopAt(fe.sync, fsPoint(current));
  fs.inExec = false;
  return status;
}

/** True when nobody outside the process shares `fs`: then it can be kept so. */
function isFsOwn({ fs, signal }: TaskStruct): boolean {
  return fs.users <= signal.threads.filter((thread) => thread.fs === fs).length;
}

/** Nobody may write to the file while it is being read. */
function* execFile(fe: ForkEnv, current: TaskStruct, request: ExecRequest): KernelThread<number> {
  const isOpen = fe.rules.execOrder === "open first";
  const opened = isOpen ? openExec(fe, request) : 0;
  if (opened !== 0) return opened;
  const status = yield* execBprm(fe, current, request);
  if (isOpen) closeExec(fe, request);
  return status;
}

function* execBprm(fe: ForkEnv, current: TaskStruct, request: ExecRequest): KernelThread<number> {
  const bprm = yield* traced(fe.sync, "bprm_mm_init", bprmMmInit(fe, current, request));
  if (typeof bprm === "number") return bprm;
  const status =
    stepStatus(fe, "prepare_binprm") ||
    (yield* copyAllStrings(fe, bprm)) ||
    (yield* openAndLoad(fe, bprm));
  if (bprm.isMmTaken) return status;
  yield* chargeArgs(fe, bprm, 0);
  yield* traced(fe.sync, "mmput", mmput(fe.mm, bprm.mm), { mm: bprm.mm.name });
  return status;
}

function* openAndLoad(fe: ForkEnv, bprm: LinuxBinprm): KernelThread<number> {
  const opensNow = fe.rules.execOrder === "strings first";
  const opened = opensNow ? openExec(fe, bprm.request) : 0;
  if (opened !== 0) return opened;
  const status = yield* traced(fe.sync, "search_binary_handler", loadProgram(fe, bprm));
  if (opensNow) closeExec(fe, bprm.request);
  return status;
}

/** @returns 0; -EACCES; -ETXTBSY while somebody writes to it @kernel open_exec in fs/exec.c */
function openExec(fe: ForkEnv, { image, isExecutable = true }: ExecRequest): number {
  const opened = stepStatus(fe, "open_exec");
  if (opened !== 0) return opened;
  if (!isExecutable) return -Errno.EACCES;
  if (image.file.iWritecount > 0) return -Errno.ETXTBSY;
  getFile(image.file);
  image.file.iWritecount--;
  return 0;
}

/** @kernel allow_write_access and fput, at the end of do_execve in fs/exec.c */
function closeExec(fe: ForkEnv, { image }: ExecRequest): void {
  image.file.iWritecount++;
  putFile(fe.mm, image.file);
}

/** From the top of the stack down: the file's name, the environment, the arguments. */
function* copyAllStrings(fe: ForkEnv, bprm: LinuxBinprm): KernelThread<number> {
  const { filename, envp, argv } = stringsOf(bprm.request, fe.rules.execStrings.emptyArgv);
  for (const strings of [[filename], envp, argv]) {
    const status = yield* traced(fe.sync, "copy_strings", copyStrings(fe, bprm, strings));
    if (status !== 0) return status;
  }
  return 0;
}

/** @returns 0 or -ENOMEM @kernel unshare_files in kernel/fork.c */
function* unshareFiles(fe: ForkEnv, current: TaskStruct): KernelThread<number> {
  if (current.files === null) return 0;
  if (fe.sync.interleaved) yield* stopAt(fe.sync, filesPoint(current.files));
  if (current.files.count === 1) return 0;
  if (!(yield* allocSleeping(fe.sync, "files"))) return -Errno.ENOMEM;
  current.files = createFiles();
  return 0;
}

/** On success the others keep the table that was shared; on failure the task returns to it. */
function settleFiles(current: TaskStruct, shared: FilesStruct | null, isDone: boolean): void {
  if (current.files === shared || shared === null) return;
  if (isDone) shared.count--;
  else current.files = shared;
}
