/**
 * A frame went bad: whoever maps it loses it, and nobody gets it again (SPEC §4.7 case 1).
 *
 *    page            entries become   counters         the page
 *    anonymous       hwpoison         anon −1 each     is never freed
 *    in swap cache   swap             as in swap-out   stays cached: a fault finds it poisoned
 *    of a file       hwpoison         file −1 each     leaves the page cache
 *
 * A hwpoison entry was not counted as swap when it was made, and will be un-counted as swap when
 * it is unmapped; a fork of it is counted (D4).
 */
import { Errno, type Pfn } from "@forkpath/abi";
import {
  allocFrameAt,
  getPage,
  getPageUnlessZero,
  isPageHuge,
  PageFlag,
  pageMapped,
} from "@forkpath/rmap";
import { expectPfn } from "@forkpath/rmap/internal";
import type { KernelThread } from "@forkpath/sync";
import { splitHugePage } from "../huge/split.ts";
import { stopAtMemory, stopAtPage } from "../machine/memory-stop.ts";
import { lockPage, unlockPage } from "../page/lock.ts";
import { lruAddDrainAllSteps } from "../page/lru-batch.ts";
import { pageFile, removeFromPageCache } from "../page/page-cache.ts";
import { dropPage } from "../page/state.ts";
import { isPageSwapCache } from "../page/swap-cache.ts";
import type { MmEnv } from "../types.ts";
import { tryToUnmap } from "./try-to-unmap.ts";
import { TtuAction } from "./try-to-unmap-one.ts";

/**
 * Poisons a frame and takes it away from all who map it. Poisoning it again changes nothing.
 * @returns 0; -EBUSY when somebody still uses the page: it is reserved, pinned, KSM, or of a huge
 *   page that nobody maps
 * @throws RangeError or TypeError unless `pfn` is a frame with a struct page
 * @kernel memory_failure in mm/memory-failure.c
 * @deviates Kills nobody; treats a clean page of a file, which could be read again, like a dirty
 *   one.
 */
export function* memoryFailure(env: MmEnv, pfn: Pfn): KernelThread<number> {
  expectPfn("memoryFailure", env.map, pfn);
  const { map } = env;
  yield* stopAtPage(env, pfn);
  if (map.flags[pfn] & PageFlag.HWPOISON) return 0;
  if (map.flags[pfn] & PageFlag.RESERVED) return -Errno.EBUSY;
  if (isPageHuge(map, pfn)) {
    getPage(map, pfn);
    if (!(yield* splitHugePage(env, pfn))) {
      dropPage(env, pfn);
      return -Errno.EBUSY;
    }
  } else if (!getPageUnlessZero(map, pfn)) {
    allocFrameAt(map, pfn);
  }
  map.flags[pfn] |= PageFlag.HWPOISON;
  yield* lruAddDrainAllSteps(env); // shake_page: a batch that it waits in would hold it
  yield* lockPage(env, pfn);
  map.flags[pfn] &= ~PageFlag.LRU;
  const isSwapCache = isPageSwapCache(env, pfn);
  yield* tryToUnmap(env, pfn, {
    action: TtuAction.UNMAP,
    ignoreMlock: true,
    ignoreAccess: true,
    ignoreHwpoison: isSwapCache,
  });
  yield* stopAtMemory(env);
  const file = pageFile(env, pfn);
  if (file !== undefined && !pageMapped(map, pfn)) {
    removeFromPageCache(env, file, map.index[pfn]);
  }
  unlockPage(env, pfn);
  // Our own reference is never given back: it keeps the frame from the allocator.
  const expected = isSwapCache ? 2 : 1;
  return map.count[pfn] === expected ? 0 : -Errno.EBUSY;
}
