/**
 * What a recount may find wrong in a scenario that shows a defect: the numbers that the defect
 * spoils, and no others. `tests` hold every scenario with a defect to it.
 */
import type { Mismatch } from "@forkpath/sync";

const SIZES: readonly string[] = [
  ...["total_vm", "shared_vm", "exec_vm", "stack_vm", "reserved_vm", "data_vm"],
];

/** Fields of mismatches, by the defect that explains them. What has an address in it begins so. */
const SPOILED: Readonly<Record<string, readonly string[]>> = {
  D1: ["anon_rss"], // exec stores what it read before
  D2: ["anon_rss"], // so does collapse
  D3: ["anon_rss", "file_rss"], // migration entries are not counted
  D4: ["swap_usage"], // poisoned ones are, as swap
  D6: ["file_rss", "shmem_rss", "anon_rss", "swap_usage"], // remap_file_pages
  D7: ["anon_rss"], // swapoff passes an address space by
  D16: [...SIZES, "vm_committed_as"], // sizes are added without a lock
  D23: ["count", "shmem"], // a shmem slot has no count of its own
  D36: SIZES, // fork copies sizes before it has the lock on them
  D39: ["count"], // a corrupt entry is copied uncounted
  D42: SIZES, // two stacks grow at once
  D43: ["count"], // a reference too many
  D44: ["locked_vm"], // flags of 64 bits pass through 32
  D45: ["count", "entry"], // an anon_vma that two children share
};

/** @param defect such as D3; null for a scenario that shows none */
export function isExcused(defect: string | null, { field }: Mismatch): boolean {
  const spoiled = defect !== null && Object.hasOwn(SPOILED, defect) ? SPOILED[defect] : [];
  return spoiled.some((one) => field === one || field.startsWith(`${one} at `));
}
