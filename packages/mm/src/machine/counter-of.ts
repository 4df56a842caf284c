/** Which counter a page that is not anonymous counts in: the file that it belongs to says. */
import { MmCounter } from "@forkpath/counters";
import type { MmEnv } from "../types.ts";

/**
 * @param file of the area that maps the page; a page of a driver has none
 * @kernel mm_counter_file in include/linux/mm.h
 */
export const fileCounterOf = (
  { rules }: MmEnv,
  file: { readonly isShmem: boolean } | null | undefined,
): MmCounter => (file?.isShmem ? rules.shmemCounter : MmCounter.FILE_RSS);
