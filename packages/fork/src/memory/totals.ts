/** The totals of an address space, as the child takes them over (SPEC §5.5, L5/3). */
import type { MmStruct } from "@forkpath/mm";
import { usagePoint } from "@forkpath/mm/internal";
import { type KernelThread, PointKind, stopAt } from "@forkpath/sync";
import type { ForkEnv } from "../types.ts";

/**
 * Each total is a load of its own. Without the parent's mmap_sem its threads may change one after
 * the other was read (D36, totals copied without mmap_sem).
 * @kernel the memcpy of dup_mm and the first lines of dup_mmap in kernel/fork.c
 */
export function* copyTotals(
  { sync, rules }: ForkEnv,
  mm: MmStruct,
  oldMm: MmStruct,
): KernelThread<void> {
  for (const field of rules.totals.fields) {
    if (sync.interleaved) yield* stopAt(sync, usagePoint(oldMm, PointKind.LOAD, field));
    mm.usage[field] = oldMm.usage[field];
  }
}
