/**
 * The inner loop of unmap: clears entries of one table until its budget is used up (SPEC §8.4).
 *
 * The table's lock is held throughout. Pages go into a gather and are let go after the TLB flush;
 * counters are summed in the run and added by zapPteRange before the lock goes. The twin of
 * copy-run.ts: an ordinary anonymous page is handled in the loop, the rest in zapOnePte.
 */
import { PAGE_SIZE, type VirtAddr, virtAddr } from "@forkpath/abi";
import { CHUNK_MASK, CHUNK_SHIFT, isPteNone, Pte, pteHigh, pteLow } from "@forkpath/page-table";
import { pageRemoveRmap } from "@forkpath/rmap";
import type { MmEnv } from "./env.ts";
import type { MappedFile } from "./file.ts";
import { FREE_PTE_NR, type MmuGather, tlbFlushMmu } from "./mmu-gather.ts";
import type { Vma } from "./vma.ts";
import { zapOnePte } from "./zap-one-pte.ts";

/** Which entries truncation wants gone; without it, every entry goes. */
export interface ZapDetails {
  /** Only pages of this file: copies, swap and migration entries stay (even_cows = 0). */
  readonly checkMapping: MappedFile | null;
  /** Only pages whose index lies in [firstIndex, lastIndex], wherever they are mapped. */
  readonly nonlinearVma: Vma | null;
  readonly firstIndex: number;
  readonly lastIndex: number;
}

/** What an entry that is not empty costs of the budget; an empty one costs 1. */
const ZAPPED_ENTRY_COST = 4096;
/** Bits of the high word above the 31-bit frame numbers that a memory map can have. */
const PFN_TOO_HIGH = 0x3800;

export interface ZapRun {
  readonly gather: MmuGather;
  readonly vma: Vma;
  /** Null also where they name neither a file nor a nonlinear area (SPEC §8.4). */
  readonly details: ZapDetails | null;
  /** Next cell; the run ends before `endCell`. */
  cell: number;
  endCell: number;
  /** Address that `cell` maps, in bytes. */
  addr: VirtAddr;
  /** Budget before somebody else may run; at or below 0 it is used up. */
  work: number;
  /** What this hold took away, in pages: negative. */
  file: number;
  anon: number;
  swap: number;
}

/**
 * A run for one area, not aimed at any table yet.
 * @modelOnly the locals of unmap_page_range and of what it calls
 */
export const createZapRun = (
  gather: MmuGather,
  vma: Vma,
  details: ZapDetails | null,
  work: number,
): ZapRun => ({
  gather,
  vma,
  details: details?.checkMapping || details?.nonlinearVma ? details : null,
  cell: 0,
  endCell: 0,
  addr: virtAddr(0),
  work,
  file: 0,
  anon: 0,
  swap: 0,
});

/**
 * Clears entries from `run.cell` on, at least one, while the budget lasts.
 *
 * Requires the table's lock. In an interleaved machine it handles one entry a call.
 * @kernel zap_pte_range in mm/memory.c: the loop under the lock
 */
export function zapEntries(env: MmEnv, run: ZapRun): void {
  const last = env.sync.interleaved ? run.cell + 1 : run.endCell;
  do {
    if (isNone(env, run.cell)) {
      run.work--;
      advance(run, 1);
    } else if (zapOrdinary(env, run, last) === 0) {
      zapOnePte(env, run);
      run.work -= ZAPPED_ENTRY_COST;
      advance(run, 1);
    }
  } while (run.cell < last && run.work > 0);
}

/**
 * Zaps anonymous pages up to the first entry that is anything else: their dirty and young bits die
 * with the mapping, so there is nothing to hand on.
 * @returns how many entries it went past
 */
function zapOrdinary(env: MmEnv, run: ZapRun, last: number): number {
  const { gather } = run;
  if (run.details !== null || env.nrCpus === 1) return 0;
  const budget = Math.ceil(run.work / ZAPPED_ENTRY_COST);
  const room = FREE_PTE_NR - gather.nr;
  const cleared = clearAnonWords(env, run, Math.min(last - run.cell, budget, room));
  if (cleared === 0) return 0;
  removeAnonRmaps(env, gather, gather.nr, gather.nr + cleared);
  gather.nr += cleared;
  run.anon -= cleared;
  run.work -= cleared * ZAPPED_ENTRY_COST;
  advance(run, cleared);
  if (gather.nr === FREE_PTE_NR) tlbFlushMmu(env, gather);
  return cleared;
}

/** Clears entries of anonymous pages; their frames go to the gather. @returns how many */
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

function advance(run: ZapRun, entries: number): void {
  run.cell += entries;
  run.addr = virtAddr(run.addr + entries * PAGE_SIZE);
}

const isNone = ({ tables }: MmEnv, cell: number): boolean =>
  isPteNone(pteLow(tables, cell), pteHigh(tables, cell));
