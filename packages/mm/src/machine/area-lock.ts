/**
 * The lock of one area, as a part of its address space's mmap_sem (L6).
 *
 * Only fork takes mmap_sem area by area. Other writers have all areas at once.
 */
import {
  closePart,
  endReadPart,
  type KernelThread,
  partReleasePoint,
  readsPart,
  upReadNow,
} from "@forkpath/sync";
import type { MmEnv, MmStruct, Vma } from "../types.ts";

/** Its class, and its name in traces. */
export const AREA_LOCK = "vm_lock";

/**
 * Waits for the faults that run in the area, and lets none begin until mmap_sem is given back.
 * Requires mmap_sem, taken area by area.
 * @kernel vma_start_write in include/linux/mmap_lock.h
 */
export const closeArea = (env: MmEnv, vma: Vma): KernelThread<void> =>
  closePart(env.sync, vma.mm.mmapSem, vma, AREA_LOCK);

/**
 * Lets go what keeps a fault's area in place: the area's lock, or mmap_sem held for reading.
 * @kernel release_fault_lock in include/linux/mm.h
 */
export function* releaseFaultLock(env: MmEnv, mm: MmStruct, where: string): KernelThread<void> {
  const { sync } = env;
  const isPart = readsPart(sync, mm.mmapSem);
  if (sync.interleaved) {
    yield isPart ? partReleasePoint(mm.mmapSem, AREA_LOCK) : mm.mmapSem.readReleasePoint;
  }
  if (isPart) endReadPart(sync, mm.mmapSem, where);
  else upReadNow(sync, mm.mmapSem, where);
}
