/** MADV_WILLNEED: what is in swap is read ahead, so the fault to come finds it in the cache. */
import { isSwapPte, pteHigh, pteLow } from "@forkpath/page-table";
import { linearPageIndex, NO_PFN } from "@forkpath/rmap";
import { entryPteHigh, entryPteLow, isNonSwapEntry } from "@forkpath/swap";
import type { KernelThread } from "@forkpath/sync";
import { dropPage } from "../page/state.ts";
import { readSwapCacheAsync } from "../page/swap-read.ts";
import type { MmEnv, Vma } from "../types.ts";
import { adviseEntries } from "./advise-entries.ts";

/** The two words of an entry that names a slot. */
type SwapPte = readonly [low: number, high: number];

/**
 * @returns 0, or what the release answers for memory without a file
 * @kernel madvise_willneed in mm/madvise.c
 * @deviates Pages of a disk are not read ahead.
 */
export function* madviseWillneed(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
): KernelThread<number> {
  const answer = env.rules.willneedAnon;
  if (answer !== 0) return vma.file === null ? answer : 0;
  const swapped =
    vma.file === null ? yield* ofEntries(env, vma, start, end) : ofFile(vma, start, end);
  for (const [low, high] of swapped) {
    const pfn = yield* readSwapCacheAsync(env, low, high);
    if (pfn !== NO_PFN) dropPage(env, pfn);
  }
  return 0;
}

/** @kernel swapin_walk_pmd_entry in mm/madvise.c */
function* ofEntries(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
): KernelThread<readonly SwapPte[]> {
  const { tables } = env;
  const found: SwapPte[] = [];
  const look = (cell: number): void => {
    const low = pteLow(tables, cell);
    const high = pteHigh(tables, cell);
    if (isSwapPte(low, high) && !isNonSwapEntry(low)) found.push([low, high]);
  };
  yield* adviseEntries(env, vma, start, end, "swapin_walk", look, () => true);
  return found;
}

/** Of shared memory, in the order of the file. @kernel shmem_swapin_range in mm/madvise.c */
function ofFile(vma: Vma, start: number, end: number): readonly SwapPte[] {
  const first = linearPageIndex(vma, start);
  const last = linearPageIndex(vma, end);
  return [...(vma.file?.swapped ?? [])]
    .filter(([index]) => index >= first && index < last)
    .toSorted(([one], [other]) => one - other)
    .map(([, entry]) => [entryPteLow(entry), entryPteHigh(entry)]);
}
