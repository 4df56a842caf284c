/**
 * What a new task gets of open files, working directory and signal handlers: a share, or a copy
 * (SPEC §6.3/19-21).
 */
import { CloneFlag, Errno } from "@forkpath/abi";
import { allocSleeping, type KernelThread, stopAt } from "@forkpath/sync";
import { filesPoint, fsPoint } from "../task/points.ts";
import { IN_EXEC, refuseBusy } from "../task/refuse.ts";
import { stepStatus } from "../task/scripted-step.ts";
import { createFiles, createFs } from "../task/shared-structs.ts";
import type { Cloning } from "../types.ts";

/**
 * @returns 0, -ENOMEM, or what was scripted (-EMFILE)
 * @kernel copy_files in kernel/fork.c
 */
export function* copyFiles({ fe, current, child, flags }: Cloning): KernelThread<number> {
  const { files } = current;
  if (files === null) return 0; // a kernel thread may have none
  if (flags & CloneFlag.FILES) {
    if (fe.sync.interleaved) yield* stopAt(fe.sync, filesPoint(files));
    files.count++;
    return 0;
  }
  const status = stepStatus(fe, "copy_files");
  if (status !== 0) return status;
  if (!(yield* allocSleeping(fe.sync, "files"))) return -Errno.ENOMEM;
  child.files = createFiles();
  return 0;
}

/**
 * @returns 0, -ENOMEM, or -EAGAIN while a sharer is in exec
 * @kernel copy_fs in kernel/fork.c
 */
export function* copyFs({ fe, current, child, flags }: Cloning): KernelThread<number> {
  const { fs } = current;
  if (flags & CloneFlag.FS) {
    if (fe.sync.interleaved) yield* stopAt(fe.sync, fsPoint(current));
    if (fs.inExec) return refuseBusy(fe.sync, IN_EXEC);
    fs.users++;
    return 0;
  }
  if (!(yield* allocSleeping(fe.sync, "fs"))) return -Errno.ENOMEM;
  child.fs = createFs();
  return 0;
}

/**
 * @returns 0 or -ENOMEM
 * @kernel copy_sighand in kernel/fork.c
 */
export function* copySighand({ fe, current, child, flags }: Cloning): KernelThread<number> {
  const { sighand } = current;
  if (flags & CloneFlag.SIGHAND) {
    sighand.count++;
    return 0;
  }
  if (!(yield* allocSleeping(fe.sync, "sighand"))) return -Errno.ENOMEM;
  child.sighand = { count: 1, sigchld: sighand.sigchld };
  return 0;
}
