/**
 * Three small things that a new task shares with its parent or gets a copy of: open files, the
 * working directory, and signal handlers (SPEC §6.3/19-21).
 *
 * Only what fork and exec decide by is kept: how many share each, and two facts.
 */
import { CloneFlag, Errno } from "@forkpath/abi";
import { allocSleeping, type KernelThread } from "@forkpath/sync";
import type { Cloning } from "../clone/cloning.ts";
import { stepStatus } from "./scripted-step.ts";
import type { TaskStruct } from "./task.ts";

export interface FilesStruct {
  count: number;
}

export interface FsStruct {
  users: number;
  /** Somebody who shares it is in exec: nobody may join. */
  inExec: boolean;
}

/** What a process does about the death of a child. NOCLDWAIT is the sigaction flag. */
export type SigchldAction = "default" | "ignore" | "nocldwait";

export interface SighandStruct {
  count: number;
  sigchld: SigchldAction;
}

/** @modelOnly an empty table of open files */
export const createFiles = (): FilesStruct => ({ count: 1 });
/** @modelOnly init_fs */
export const createFs = (): FsStruct => ({ users: 1, inExec: false });
/** @modelOnly default handlers */
export const createSighand = (): SighandStruct => ({ count: 1, sigchld: "default" });

/**
 * @returns 0, -ENOMEM, or what was scripted (-EMFILE)
 * @kernel copy_files in kernel/fork.c
 */
export function* copyFiles({ fe, current, child, flags }: Cloning): KernelThread<number> {
  const { files } = current;
  if (files === null) return 0; // a kernel thread may have none
  if (flags & CloneFlag.FILES) {
    files.count++;
    return 0;
  }
  const status = stepStatus(fe, "copy_files");
  if (status !== 0) return status;
  if (!(yield* allocSleeping(fe.sync, "files"))) return -Errno.ENOMEM;
  child.files = createFiles();
  return 0;
}

/** @kernel exit_files in kernel/exit.c */
export function exitFiles(task: TaskStruct): void {
  if (task.files !== null) task.files.count--;
  task.files = null;
}

/**
 * @returns 0, -ENOMEM, or -EAGAIN while a sharer is in exec
 * @kernel copy_fs in kernel/fork.c
 */
export function* copyFs({ fe, current, child, flags }: Cloning): KernelThread<number> {
  const { fs } = current;
  if (flags & CloneFlag.FS) {
    if (fs.inExec) return -Errno.EAGAIN;
    fs.users++;
    return 0;
  }
  if (!(yield* allocSleeping(fe.sync, "fs"))) return -Errno.ENOMEM;
  child.fs = createFs();
  return 0;
}

/** @kernel exit_fs in fs/fs_struct.c */
export function exitFs({ fs }: TaskStruct): void {
  fs.users--;
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

/** @kernel __cleanup_sighand in kernel/fork.c */
export function cleanupSighand({ sighand }: TaskStruct): void {
  sighand.count--;
}
