/**
 * Three small things that a new task shares with its parent or gets a copy of: open files, the
 * working directory, and signal handlers (SPEC §6.3/19-21).
 *
 * Only what fork and exec decide by is kept: how many share each, and two facts.
 */
import type { FilesStruct, FsStruct, SighandStruct, TaskStruct } from "../types.ts";

/** @modelOnly an empty table of open files */
export const createFiles = (): FilesStruct => ({ count: 1 });
/** @modelOnly init_fs */
export const createFs = (): FsStruct => ({ users: 1, inExec: false });
/** @modelOnly default handlers */
export const createSighand = (): SighandStruct => ({ count: 1, sigchld: "default" });

/** @kernel exit_files in kernel/exit.c */
export function exitFiles(task: TaskStruct): void {
  if (task.files !== null) task.files.count--;
  task.files = null;
}

/** @kernel exit_fs in fs/fs_struct.c */
export function exitFs({ fs }: TaskStruct): void {
  fs.users--;
}

/** @kernel __cleanup_sighand in kernel/fork.c */
export function cleanupSighand({ sighand }: TaskStruct): void {
  sighand.count--;
}
