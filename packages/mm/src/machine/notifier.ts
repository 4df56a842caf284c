/** The MMU notifier: tells secondary MMUs that a range is about to change. Counted, and traced. */
import { EventClass, emit } from "@forkpath/events";
import type { MmEnv } from "../types.ts";

/** @kernel mmu_notifier_invalidate_range_start in include/linux/mmu_notifier.h */
export function notifyRangeStart({ sync }: MmEnv, start: number, end: number): void {
  if (sync.traced & EventClass.MM) emit(sync, { kind: "notify_start", start, end });
}

/** @kernel mmu_notifier_invalidate_range_end in include/linux/mmu_notifier.h */
export function notifyRangeEnd({ sync }: MmEnv, start: number, end: number): void {
  if (sync.traced & EventClass.MM) emit(sync, { kind: "notify_end", start, end });
}
