/**
 * What shared memory promises (SPEC §5.12/7).
 *
 *    MAP_SHARED | MAP_ANONYMOUS    all of it, when it is made
 *    with NORESERVE, and tmpfs     each page when it is filled, until it is truncated
 *
 * The promise goes with the page, wherever that is: in memory, or in swap.
 */
import type { MappedFile, MmEnv, MmStruct } from "../types.ts";
import { vmEnoughMemory, vmUnacctMemory } from "./commit.ts";

/**
 * Charges one page more to a file that is charged as it fills.
 * @param isAdmin CAP_SYS_ADMIN of the task that fills it
 * @returns whether the page may be promised
 * @kernel shmem_acct_block in mm/shmem.c
 */
export function shmemAcctBlock(
  env: MmEnv,
  file: MappedFile,
  mm: MmStruct,
  isAdmin: boolean,
): boolean {
  if (!file.isChargedByPage) return true;
  if (vmEnoughMemory(env, mm, 1, isAdmin) !== 0) return false;
  file.chargedPages++;
  return true;
}

/** @kernel shmem_unacct_blocks in mm/shmem.c */
export function shmemUnacctBlock(env: MmEnv, file: MappedFile): void {
  if (!file.isChargedByPage) return;
  file.chargedPages--;
  vmUnacctMemory(env, 1);
}
