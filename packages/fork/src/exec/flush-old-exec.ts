/**
 * The point of no return: when it succeeds, the old program is gone (SPEC §7.5).
 */
import { setMmExeFile } from "@forkpath/mm/internal";
import { type KernelThread, traced } from "@forkpath/sync";
import { TaskFlag } from "../task/task.ts";
import type { ForkEnv } from "../types.ts";
import { chargeArgs } from "./arg-pages.ts";
import type { LinuxBinprm } from "./binprm.ts";
import { deThread } from "./de-thread.ts";
import { execMmap } from "./exec-mmap.ts";

/**
 * @returns 0; or -EAGAIN, -ENOMEM, -EINTR, and then the old program goes on
 * @kernel flush_old_exec in fs/exec.c
 */
export function* flushOldExec(fe: ForkEnv, bprm: LinuxBinprm): KernelThread<number> {
  const { sync } = fe;
  const { current, mm, request } = bprm;
  const alone = yield* traced(sync, "de_thread", deThread(fe, current));
  if (alone !== 0) return alone;
  setMmExeFile(fe.mm, mm, request.image.file);
  yield* chargeArgs(fe, bprm, 0); // the real pages count from now on
  const status = yield* traced(sync, "exec_mmap", execMmap(fe, current, mm));
  if (status !== 0) return status;
  bprm.isMmTaken = true;
  current.flags &= ~TaskFlag.KTHREAD;
  return 0;
}

/**
 * What a new program starts with: its name, and handlers as if none had been set. What was ignored
 * stays ignored.
 * @kernel setup_new_exec and flush_signal_handlers
 */
export function setupNewExec({ current, request }: LinuxBinprm): void {
  current.comm = commOf(request.image.file.path);
  current.flags &= ~TaskFlag.FORKNOEXEC;
  current.hasSigaltstack = false;
  if (current.sighand.sigchld === "nocldwait") current.sighand.sigchld = "default";
}

/** The last part of the path, 15 bytes of it. @kernel TASK_COMM_LEN in include/linux/sched.h */
const commOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1).slice(0, 15);
