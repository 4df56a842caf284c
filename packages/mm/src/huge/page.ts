/** Huge pages from the allocator, and how they become somebody's (SPEC §2.13). */
import type { Pfn } from "@forkpath/abi";
import { addMmCounter, addMmCounterNow, MmCounter } from "@forkpath/counters";
import { allocHugeFrame, allocLargeFolio, HPAGE_PMD_NR, NO_PFN } from "@forkpath/rmap";
import { allocAtomic, allocSleeping, type KernelThread } from "@forkpath/sync";
import { refuseFrames } from "../machine/refuse.ts";
import { numaNodeId, putOnNode } from "../page/node.ts";
import type { MmEnv, MmStruct } from "../types.ts";

/**
 * A huge page with one reference, or NO_PFN: refused, or no aligned 512 frames are free. Can
 * replace the columns of the memory map.
 * @kernel alloc_hugepage_vma in mm/huge_memory.c
 * @deviates Never compacts or reclaims.
 */
export function* allocHugePage(env: MmEnv): KernelThread<Pfn> {
  const { sync, map, rules } = env;
  const what = "huge_page";
  const isGranted = sync.interleaved ? yield* allocSleeping(sync, what) : allocAtomic(sync, what);
  if (!isGranted) return NO_PFN;
  const frame = rules.huge.isLarge ? allocLargeFolio(map) : allocHugeFrame(map);
  if (frame === NO_PFN) refuseFrames(env, what);
  else if (env.nodes.count > 1) putOnNode(env, frame, HPAGE_PMD_NR, numaNodeId(env));
  return frame;
}

/**
 * Adds `count` huge pages to what the mm maps; negative to take them away. Requires
 * page_table_lock.
 * @kernel add_mm_counter of HPAGE_PMD_NR, as mm/huge_memory.c calls it
 */
export const addHugeRss = (env: MmEnv, mm: MmStruct, count: number): KernelThread<void> =>
  addAnonRss(env, mm, count * HPAGE_PMD_NR);

/**
 * Adds `pages` small pages to what the mm maps; negative to take them away.
 * @kernel add_mm_counter of MM_ANONPAGES, as the collapse and the split of huge pages call it
 */
export function* addAnonRss({ sync }: MmEnv, mm: MmStruct, pages: number): KernelThread<void> {
  if (!addMmCounterNow(sync, mm.counters, MmCounter.ANON_RSS, pages)) {
    yield* addMmCounter(sync, mm.counters, MmCounter.ANON_RSS, pages);
  }
}
