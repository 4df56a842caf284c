/**
 * From an entry to its area: the checks that come before a slot is freed or looked at (SPEC §3.5),
 * and the complaints about entries that fail them.
 */
import { EventClass, emit } from "@forkpath/events";
import { type Sync, takeLeafLock } from "@forkpath/sync";
import { swpOffset, swpType } from "./entry.ts";
import { type SwapArea, SwapFlag, type SwapState } from "./state.ts";

/** Why an entry is reported. */
export type BadEntry = "bad-type" | "unused-file" | "bad-offset" | "unused-slot";

/**
 * The area of a PTE's entry, with `swapLock` taken for `where`; null, with no lock, for an entry
 * that names no slot in use. The entry that stands for "none" is not reported.
 * @kernel swap_info_get in mm/swapfile.c
 */
export function swapInfoGet(
  sync: Sync,
  swap: SwapState,
  low: number,
  high: number,
  where: string,
): SwapArea | null {
  const type = swpType(low);
  const offset = swpOffset(low, high);
  if (type === 0 && offset === 0) return null;
  const area = swap.areas[type] as SwapArea | undefined;
  if (area === undefined) return refuse(sync, "bad-type", low, high);
  if ((area.flags & SwapFlag.USED) === 0) return refuse(sync, "unused-file", low, high);
  if (!(offset < area.max)) return refuse(sync, "bad-offset", low, high);
  if (area.swapMap[offset] === 0) return refuse(sync, "unused-slot", low, high);
  takeLeafLock(sync, swap.swapLock, where);
  return area;
}

/**
 * Reports an entry, as the kernel logs it.
 * @kernel the printk of swap_info_get and __swap_duplicate in mm/swapfile.c
 */
export function warnEntry(
  sync: Sync,
  op: "swap_dup" | "swap_free",
  reason: BadEntry,
  low: number,
  high: number,
): void {
  if (sync.traced & EventClass.MM) emit(sync, { kind: "warn", op, reason, low, high });
}

function refuse(sync: Sync, reason: BadEntry, low: number, high: number): null {
  warnEntry(sync, "swap_free", reason, low, high);
  return null;
}
