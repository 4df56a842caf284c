/** Pages as the swap cache sees them: a small real owner of locks, flags and references. */
import { type Pfn, pfn } from "@forkpath/abi";
import { addToSwapCache, NO_ENTRY, type SwapCachePages, type SwapState } from "../src/index.ts";

export interface PageFacts {
  count: number;
  mapcount: number;
  isLocked: boolean;
  isKsm: boolean;
  isSwapCache: boolean;
  isWriteback: boolean;
  isDirty: boolean;
  entry: ReturnType<SwapCachePages["swapEntry"]>;
}

export interface PageStore extends SwapCachePages {
  readonly facts: Map<Pfn, PageFacts>;
}

export const PAGE: Pfn = pfn(0x1234);

export function createPages(): PageStore {
  const facts = new Map<Pfn, PageFacts>();
  const of = (page: Pfn): PageFacts => {
    const found = facts.get(page);
    if (found === undefined) throw new RangeError(`no page 0x${page.toString(16)}`);
    return found;
  };
  return {
    facts,
    get: (page) => void of(page).count++,
    put: (page) => void of(page).count--,
    tryLock: (page) => {
      const wasLocked = of(page).isLocked;
      of(page).isLocked = true;
      return !wasLocked;
    },
    unlock: (page) => {
      of(page).isLocked = false;
    },
    isKsm: (page) => of(page).isKsm,
    isSwapCache: (page) => of(page).isSwapCache,
    isWriteback: (page) => of(page).isWriteback,
    mapcount: (page) => of(page).mapcount,
    swapEntry: (page) => of(page).entry,
    setDirty: (page) => {
      of(page).isDirty = true;
    },
    leaveSwapCache: (page) => {
      of(page).isSwapCache = false;
      of(page).entry = NO_ENTRY;
      of(page).count--;
    },
  };
}

/** Caches PAGE for `entry`, with the facts given; the cache and one caller hold a reference. */
export function cachePage(
  swap: SwapState,
  pages: PageStore,
  entry: PageFacts["entry"],
  facts: Partial<PageFacts> = {},
): PageFacts {
  const page: PageFacts = {
    count: 2,
    mapcount: 0,
    isLocked: false,
    isKsm: false,
    isSwapCache: true,
    isWriteback: false,
    isDirty: false,
    entry,
    ...facts,
  };
  pages.facts.set(PAGE, page);
  addToSwapCache(swap, entry, PAGE);
  return page;
}
