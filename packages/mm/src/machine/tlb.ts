/** The TLB flush of an address space: an event here, since the model caches no translation. */
import { EventClass, emit } from "@forkpath/events";
import type { MmEnv, MmStruct } from "../types.ts";

/**
 * Says that no CPU may use a translation of `mm` from before.
 * @kernel flush_tlb_mm and flush_tlb_range in arch/x86/mm/tlb.c
 * @deviates Entries written by the model are seen by everybody at once (misses D12's stale writes).
 */
export function flushTlbMm({ sync }: MmEnv, mm: MmStruct): void {
  if (sync.traced & EventClass.MM) emit(sync, { kind: "flush_tlb", mm: mm.name });
}
