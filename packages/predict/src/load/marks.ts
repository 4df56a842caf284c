/**
 * Dirty and young: marks of an entry that /proc shows only in sums (predict.md §4).
 *
 * A page counts as dirty if its own mark says so, or its entry's. The page's is in kpageflags; of
 * the entries, smaps tells how many there must be: those of anonymous pages first, then others, by
 * address. For nearly every area that is all of its anonymous pages, which is how they were placed.
 */
import {
  isPteHuge,
  isPtePresent,
  isPteSpecial,
  Pte,
  ptePfn,
  setPte,
  visitTables,
} from "@forkpath/page-table";
import { HPAGE_PMD_NR, isPageAnon, isPageReferenced, PageFlag } from "@forkpath/rmap";
import type { DirtyPages, LoadedArea, Loading } from "./loading.ts";
import { pagesOfKb } from "./page-record.ts";

/** How many pages of an area still want a mark; negative where all have it as placed. */
interface Wanted {
  readonly dirtyOnce: Budget;
  readonly dirtyOften: Budget;
  young: number;
}

interface Budget {
  anon: number;
  other: number;
}

/** Corrects the marks of the areas whose sums say that they are not as placed. */
export function setMarks(load: Loading): void {
  const wanted = load.areas.map(wantedOf);
  if (wanted.every((want) => want === null)) return;
  const { env, mm, areas } = load;
  let index = 0;
  const visit = (addr: number, cell: number, low: number, high: number): void => {
    while (index < areas.length && areas[index].vma.end <= addr) index++;
    const want = wanted[index];
    if (want === null || want === undefined || !isPtePresent(low) || isPteSpecial(low)) return;
    setPte(env.tables, cell, markedWord(load, want, low, ptePfn(low, high)), high);
  };
  visitTables(env.tables, mm.pgd, { pte: visit, hugePmd: visit });
}

function wantedOf(area: LoadedArea): Wanted | null {
  const { rows } = area.captured;
  const once = budget(rows.Private_Dirty, area.once);
  const often = budget(rows.Shared_Dirty, area.often);
  const unmarked = area.anon + area.file + area.shmem - area.referenced;
  const { Referenced } = rows;
  const young = Referenced === undefined ? unmarked : pagesOfKb(Referenced) - area.referenced;
  if (once === null && often === null && young >= unmarked) return null;
  return {
    dirtyOnce: once ?? asPlaced(area.once),
    dirtyOften: often ?? asPlaced(area.often),
    young: Math.max(young, 0),
  };
}

const asPlaced = ({ anon }: DirtyPages): Budget => ({ anon, other: 0 });

/** Null where the pages are as they were placed. */
function budget(dirtyKb: number | undefined, { marked, anon, other }: DirtyPages): Budget | null {
  if (dirtyKb === undefined) return null;
  const left = Math.max(pagesOfKb(dirtyKb) - marked, 0);
  if (left === anon) return null;
  return { anon: Math.min(left, anon), other: Math.min(Math.max(left - anon, 0), other) };
}

function markedWord({ env: { map } }: Loading, want: Wanted, low: number, pfn: number): number {
  const pages = isPteHuge(low) ? HPAGE_PMD_NR : 1;
  const flags = map.flags[pfn];
  const dirty = map.mapcount[pfn] === 1 ? want.dirtyOnce : want.dirtyOften;
  let word = low & ~(Pte.DIRTY | Pte.ACCESSED);
  if ((flags & PageFlag.DIRTY) === 0) {
    const kind = isPageAnon(map, pfn) && flags & PageFlag.SWAPBACKED ? "anon" : "other";
    if (dirty[kind] > 0) word |= Pte.DIRTY;
    dirty[kind] -= pages;
  } else {
    word |= low & Pte.DIRTY;
  }
  if (!isPageReferenced(map, pfn)) {
    if (want.young > 0) word |= Pte.ACCESSED;
    want.young -= pages;
  }
  return word >>> 0;
}
