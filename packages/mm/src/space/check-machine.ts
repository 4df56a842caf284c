/**
 * Recounts what all address spaces and files of a machine hold together, the slow way (SPEC §0.6:
 * I6, I12).
 */
import { type SwpEntry, VmFlag } from "@forkpath/abi";
import { checkSlots } from "@forkpath/swap";
import { compareKept, MACHINE, type Mismatch } from "@forkpath/sync";
import { vmaPages } from "../area/list.ts";
import type { MappedFile, MmEnv, MmStruct } from "../types.ts";

/**
 * Holds what the machine has promised against what areas and shmem files are charged for (I12).
 * @param mms all address spaces of the machine
 * @modelOnly a recount
 */
export function checkCommit(env: MmEnv, mms: Iterable<MmStruct>): readonly Mismatch[] {
  let charged = 0;
  for (const { vmas } of mms) {
    for (const vma of vmas) if (vma.flags & VmFlag.ACCOUNT) charged += vmaPages(vma);
  }
  for (const file of env.files.values()) charged += shmemPromises(file);
  return compareKept("I12", MACHINE, "vm_committed_as", env.commit.committed, charged);
}

/** A file that is charged as it fills has promised what it holds, in memory and in swap. */
const shmemPromises = ({ isChargedByPage, pages, swapped, chargedPages }: MappedFile): number =>
  isChargedByPage ? pages.size + swapped.size : chargedPages;

/**
 * Holds each swap slot against the entries and the shmem files that name it (I6).
 * @param namedBy how many entries name each slot, over all address spaces
 * @modelOnly a recount
 */
export function checkSwapSlots(
  { swap, files }: MmEnv,
  namedBy: ReadonlyMap<SwpEntry, number>,
): readonly Mismatch[] {
  const ofFiles = new Map<SwpEntry, number>();
  for (const { swapped } of files.values()) {
    for (const entry of swapped.values()) ofFiles.set(entry, (ofFiles.get(entry) ?? 0) + 1);
  }
  return checkSlots(swap, namedBy, ofFiles);
}
