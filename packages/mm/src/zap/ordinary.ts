/**
 * Zaps the entries of ordinary anonymous pages (SPEC §8.4): their dirty and young bits die with the
 * mapping, so there is nothing to hand on. The twin of copy/ordinary.ts, for the same reasons.
 */
import { Pte } from "@forkpath/page-table";
import { CHUNK_MASK, CHUNK_SHIFT } from "@forkpath/page-table/internal";
import { pageRemoveRmap } from "@forkpath/rmap";
import { FREE_PTE_NR, type MmuGather, tlbFlushMmu } from "../page/mmu-gather.ts";
import type { MmEnv } from "../types.ts";
import type { ZapRun } from "./run.ts";

/** Bits of the high word above the 31-bit frame numbers that a memory map can have. */
const PFN_TOO_HIGH = 0x3800;

/**
 * Zaps at most `limit` entries, up to the first that is anything else, and counts them in `run`.
 * Requires the table's lock; leaves the run's position and budget alone.
 * @returns how many it zapped
 * @kernel zap_pte_range in mm/memory.c, for its common case
 */
export function zapOrdinary(env: MmEnv, run: ZapRun, limit: number): number {
  const { gather } = run;
  if (run.details !== null || env.nrCpus === 1) return 0;
  const zapped = clearAnonWords(env, run, Math.min(limit, FREE_PTE_NR - gather.nr));
  if (zapped === 0) return 0;
  removeAnonRmaps(env, gather, gather.nr, gather.nr + zapped);
  gather.nr += zapped;
  run.anon -= zapped;
  if (gather.nr === FREE_PTE_NR) tlbFlushMmu(env, gather);
  return zapped;
}

/** The entries; their frames go to the gather. */
function clearAnonWords(env: MmEnv, run: ZapRun, limit: number): number {
  const low = env.tables.low[run.cell >>> CHUNK_SHIFT];
  const high = env.tables.high[run.cell >>> CHUNK_SHIFT];
  const { mapping, highestMemmapPfn } = env.map;
  const { pages, nr } = run.gather;
  const start = run.cell & CHUNK_MASK;
  const end = start + limit;
  let at = start;
  for (; at < end; at++) {
    const lowWord = low[at];
    const highWord = high[at];
    const pfn = (lowWord >>> 12) | ((highWord & 0x7ff) << 20);
    if (
      (lowWord & (Pte.PRESENT | Pte.SPECIAL)) !== Pte.PRESENT ||
      (highWord & PFN_TOO_HIGH) !== 0 ||
      pfn > highestMemmapPfn ||
      (mapping[pfn] & 1) === 0
    ) {
      break;
    }
    pages[nr + at - start] = pfn;
    low[at] = 0;
    high[at] = 0;
  }
  return at - start;
}

/** page_remove_rmap for the pages [from, to) of the gather; the last mapping has more to do. */
function removeAnonRmaps({ map }: MmEnv, { pages }: MmuGather, from: number, to: number): void {
  const { mapcount } = map;
  for (let i = from; i < to; i++) {
    const pfn = pages[i];
    if (mapcount[pfn] > 1) mapcount[pfn]--;
    else pageRemoveRmap(map, pfn);
  }
}
