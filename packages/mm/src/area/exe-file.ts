/**
 * The file that an address space executes, for /proc/PID/exe. el6 holds it for as long as an area
 * maps it as VM_EXECUTABLE, by a count that fork copies as it is (D32, the file stays open).
 */
import { getFile, putFile } from "../page/file-refs.ts";
import type { MappedFile, MmEnv, MmStruct } from "../types.ts";

/**
 * Exchanges the file; the new one gets a reference, the old one loses its.
 * @kernel set_mm_exe_file in kernel/fork.c
 */
export function setMmExeFile(env: MmEnv, mm: MmStruct, file: MappedFile | null): void {
  if (file !== null) getFile(file);
  if (mm.exeFile !== null) putFile(env, mm.exeFile);
  mm.exeFile = file;
  mm.numExeFileVmas = 0;
}

/**
 * Gives the child's mm the parent's file and the parent's count, areas that it will not copy
 * included.
 * @kernel dup_mm_exe_file in kernel/fork.c
 */
export function dupMmExeFile(mm: MmStruct, oldMm: MmStruct): void {
  if (oldMm.exeFile !== null) getFile(oldMm.exeFile);
  mm.exeFile = oldMm.exeFile;
  mm.numExeFileVmas = oldMm.numExeFileVmas;
}
