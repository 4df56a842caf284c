/** Which counter a page counts in that is not anonymous, or an entry that maps no page. */
import { MmCounter } from "@forkpath/counters";
import { isMigrationEntry, isNonSwapEntry } from "@forkpath/swap";
import type { CopyVma, MmEnv } from "../types.ts";

/**
 * @param file of the area that maps the page; a page of a driver has none
 * @kernel mm_counter_file in include/linux/mm.h
 */
export const fileCounterOf = (
  { rules }: MmEnv,
  file: { readonly isShmem: boolean } | null | undefined,
): MmCounter => (file?.isShmem ? rules.shmemCounter : MmCounter.FILE_RSS);

/**
 * The counter of an entry that is neither present nor empty, or NOT_COUNTED.
 * @kernel the non-present branches of copy_one_pte and zap_pte_range in mm/memory.c
 */
export function countedAs(env: MmEnv, vma: CopyVma | undefined, low: number, high: number): number {
  if (isMigrationEntry(low)) return env.rules.migrationCounter(env, vma, low, high);
  return isNonSwapEntry(low) ? env.rules.poisonCounter : MmCounter.SWAP_USAGE;
}
