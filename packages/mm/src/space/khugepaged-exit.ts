/** How an address space that ends gets rid of khugepaged (SPEC §5.3, the order of mmput). */
import { type KernelThread, writing } from "@forkpath/sync";
import type { MmEnv, MmStruct } from "../types.ts";

/**
 * Waits until nobody collapses pages of `mm`, which has no user any more: who comes later sees
 * that.
 * @kernel khugepaged_exit in include/linux/khugepaged.h
 */
export function* khugepagedExit({ sync }: MmEnv, mm: MmStruct): KernelThread<void> {
  if (mm.collapses === 0) return;
  yield* writing(sync, mm.mmapSem, "khugepaged_exit", () => undefined);
}
