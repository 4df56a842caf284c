/** The TLB flush of an address space: an event here, since the model caches no translation. */
import { EventClass, emit } from "@forkpath/events";
import { countCalls } from "@forkpath/sync";
import type { MmEnv, MmStruct } from "../types.ts";

/**
 * Says that no CPU may use a translation of `mm` from before.
 * @kernel flush_tlb_mm in arch/x86/mm/tlb.c
 * @deviates Entries written by the model are seen by every CPU at once (misses D12's stale writes).
 */
export const flushTlbMm = (env: MmEnv, mm: MmStruct): void => flushTlb(env, mm, "flush_tlb_mm");

/**
 * The same for a range of addresses, which this kernel does not tell apart in the model.
 * @kernel flush_tlb_range in arch/x86/mm/tlb.c
 * @deviates As for flushTlbMm.
 */
export const flushTlbRange = (env: MmEnv, mm: MmStruct): void =>
  flushTlb(env, mm, "flush_tlb_range");

function flushTlb({ sync }: MmEnv, mm: MmStruct, fn: string): void {
  if (sync.traced & EventClass.MM) emit(sync, { kind: "flush_tlb", mm: mm.name });
  countCalls(sync, fn, 1);
}
