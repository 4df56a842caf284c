/**
 * Pages whose mapping is gone, and that wait for the TLB flush before they are let go (SPEC §2.11,
 * §4.9): their mapcount has dropped already, their reference has not.
 */
import { pfn as toPfn } from "@forkpath/abi";
import { EventClass, emit } from "@forkpath/events";
import { PageFlag } from "@forkpath/rmap";
import { countCalls, type SchedulePoint } from "@forkpath/sync";
import { drainingPoint } from "../machine/batch-point.ts";
import { releasePoint } from "../machine/memory-point.ts";
import type { MmEnv, MmStruct } from "../types.ts";
import { lruAddDrain } from "./lru-batch.ts";
import { dropPage } from "./state.ts";
import { freeSwapCache } from "./swap-cache.ts";

/** @kernel FREE_PTE_NR in include/asm-generic/tlb.h */
export const FREE_PTE_NR = 506;

/**
 * One unmap's pages.
 * @kernel struct mmu_gather in include/asm-generic/tlb.h
 */
export interface MmuGather {
  /** The address space. */
  readonly mm: MmStruct;
  /** The whole address space goes: nobody can use its TLB entries any more. */
  readonly fullMm: boolean;
  /** The page frames; the first `nr` count. */
  readonly pages: Int32Array;
  /** How many. */
  nr: number;
}

/** @kernel tlb_gather_mmu in include/asm-generic/tlb.h */
export const tlbGatherMmu = (mm: MmStruct, fullMm: boolean): MmuGather => ({
  mm,
  fullMm,
  pages: new Int32Array(FREE_PTE_NR),
  nr: 0,
});

/**
 * Queues one page; a full gather, or a machine with one CPU, flushes at once.
 * @kernel tlb_remove_page in include/asm-generic/tlb.h
 */
export function tlbRemovePage(env: MmEnv, gather: MmuGather, pfn: number): void {
  gather.pages[gather.nr++] = pfn;
  if (gather.nr === FREE_PTE_NR || env.nrCpus === 1) tlbFlushMmu(env, gather);
}

/**
 * Flushes the TLB, then drops the reference of every queued page, in the order of queueing.
 * @kernel tlb_flush_mmu in include/asm-generic/tlb.h
 */
export function tlbFlushMmu(env: MmEnv, gather: MmuGather): void {
  if (gather.nr === 0) return;
  const { sync, map } = env;
  if (sync.traced & EventClass.MM) emit(sync, { kind: "flush_tlb", mm: gather.mm.name });
  countCalls(sync, "flush_tlb_mm", 1);
  const { pages, nr } = gather;
  const { count } = map;
  if (env.lru !== null) lruAddDrain(env);
  const hasSwapCache = env.swap.cache.size > 0;
  for (let i = 0; i < nr; i++) {
    const pfn = toPfn(pages[i]);
    if (hasSwapCache && map.flags[pfn] & PageFlag.SWAPCACHE) freeSwapCache(env, pfn);
    // putPage, but for its call: most pages of an exiting child stay with the parent.
    if (count[pfn] > 1) count[pfn]--;
    else dropPage(env, pfn);
  }
  gather.nr = 0;
}

/**
 * The step that flushes the gather. Pages of the swap cache let slots go, too.
 * @modelOnly a scheduler's view of tlb_flush_mmu
 */
export const flushPoint = (env: MmEnv, { pages, nr }: MmuGather): SchedulePoint =>
  drainingPoint(env, releasePoint(env, [...pages.subarray(0, nr)]));

/**
 * Ends the gather: what is queued is flushed and let go.
 * @kernel tlb_finish_mmu in include/asm-generic/tlb.h
 */
export const tlbFinishMmu = (env: MmEnv, gather: MmuGather): void => tlbFlushMmu(env, gather);
