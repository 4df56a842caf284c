/**
 * When a write fault writes to a private anonymous page in place (SPEC §9.6, L15/3, M26).
 *
 *    since    without a lock                       with the page locked
 *    el6      -                                    mapcount and swap count together at most 1
 *    v5.10    one reference                        mapcount 1, one reference
 *    v5.19    marked exclusive; else no more       one reference, once the slot is given back
 *             references than the swap cache's
 *
 * Counting references makes a pin, or another CPU's batch, look like a sharer (N1); counting
 * entries lets the writer keep a page that somebody has pinned (D13).
 */
import { M26_COLUMNS, type Pfn, type Rule } from "@forkpath/abi";
import { isPageLarge, largeFolioOf, type MemMap, PageFlag, pageMapcount } from "@forkpath/rmap";
import { usersOfFolio } from "@forkpath/rmap/internal";
import { isFolioOurs } from "../huge/folio-owner.ts";
import { lruAddDrain } from "../page/lru-batch.ts";
import { isPageSwapCache, reuseSwapPage, tryToFreeSwap } from "../page/swap-cache.ts";
import type { MmEnv, MmStruct, ReuseRule } from "../types.ts";

const never = (): boolean => false;

const BY_ENTRIES: ReuseRule = {
  isMarked: never,
  mayBeOurs: () => true,
  waitsForLock: true,
  isOurs: reuseSwapPage,
};

/** Of a large folio all references count, whichever frame they are of. */
const isLastOfFolio = (map: MemMap, pfn: number): boolean =>
  !isPageLarge(map, pfn) || usersOfFolio(map, largeFolioOf(map, pfn)).references === 1;

const BY_REFERENCES: ReuseRule = {
  isMarked: never,
  mayBeOurs: ({ map }, pfn) => map.count[pfn] === 1,
  waitsForLock: false,
  isOurs: ({ map }, pfn) =>
    pageMapcount(map, pfn) === 1 && map.count[pfn] === 1 && isLastOfFolio(map, pfn),
};

/** The writer's own, and those of the swap cache and of a batch. @kernel wp_can_reuse_anon_folio */
const MOST_REFERENCES = 3;

/**
 * Has nobody but the writer and the swap cache the page, as far as a look without its lock tells?
 * This CPU's batch gives its pages away first.
 */
function mayBeOurs(env: MmEnv, pfn: Pfn, mm: MmStruct): boolean {
  const { map } = env;
  if (isPageLarge(map, pfn)) return isPartOurs(env, pfn, mm);
  if (map.count[pfn] > MOST_REFERENCES) return false;
  if ((map.flags[pfn] & PageFlag.LRU) === 0) lruAddDrain(env);
  return map.count[pfn] <= (isPageSwapCache(env, pfn) ? 2 : 1);
}

function isPartOurs(env: MmEnv, pfn: Pfn, mm: MmStruct): boolean {
  const { map } = env;
  switch (env.rules.huge.reusesParts) {
    case "all":
      return isFolioOurs(env, mm, pfn);
    case "last":
      return isLastOfFolio(map, pfn);
    default:
      return false;
  }
}

const BY_MARK: ReuseRule = {
  isMarked: ({ flags }, pfn) => (flags[pfn] & PageFlag.ANON_EXCLUSIVE) !== 0,
  mayBeOurs,
  waitsForLock: false,
  isOurs: (env, pfn) => {
    tryToFreeSwap(env, pfn);
    return env.map.count[pfn] === 1 || isPageLarge(env.map, pfn);
  },
};

export const reuse: Rule<ReuseRule> = {
  decides: "when a write fault reuses an anonymous page",
  answers: [
    {
      since: "el6",
      does: "mapcount and swap count at most 1",
      by: BY_ENTRIES,
      source: "SPEC §9.6",
    },
    {
      since: "v5.10",
      does: "mapcount 1 and one reference",
      by: BY_REFERENCES,
      source: "M26",
      first: "5.9",
    },
    {
      since: "v5.19",
      does: "marked exclusive, else one reference",
      by: BY_MARK,
      source: "L15/3",
    },
  ],
  read: [...M26_COLUMNS, "v5.4", "v5.10"],
};
