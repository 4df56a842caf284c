/**
 * What smaps adds up for an area, and its sums over a range of addresses (SPEC §10.5).
 *
 * A page's share is its size divided by how many entries map it, with 12 binary places: it is cut
 * off for each entry, and once more for each area. A huge page is one entry.
 */
import { PAGE_SIZE, VmFlag } from "@forkpath/abi";
import type { MmEnv, MmStruct, Vma } from "@forkpath/mm";
import {
  isPteDirty,
  isPteHuge,
  isPtePresent,
  isSwapPte,
  ptePfn,
  visitTables,
} from "@forkpath/page-table";
import {
  HPAGE_PMD_NR,
  isPageAnon,
  NormalPage,
  PageFlag,
  pageMapcount,
  vmNormalPage,
} from "@forkpath/rmap";
import type { SmapsFact } from "../format/facts.ts";

/** kB, but for Pss, which is kept with its binary places until an area is done. */
export type SmapsSums = Record<SmapsFact, number>;

const KB_PER_PAGE = 4;
const PAGE_SHARE = 4096 * 4096;
const SHARE_PER_KB = 1024 * 4096;

const nothing = (): SmapsSums => ({
  Rss: 0,
  Pss: 0,
  Shared_Clean: 0,
  Shared_Dirty: 0,
  Private_Clean: 0,
  Private_Dirty: 0,
  Anonymous: 0,
  AnonHugePages: 0,
  Swap: 0,
});

/**
 * Sums over all areas, as far as they lie in [start, end).
 * @param start bytes
 * @param end bytes
 */
export function smapsSums(
  env: MmEnv,
  mm: MmStruct,
  start = 0,
  end: number = Number.POSITIVE_INFINITY,
): SmapsSums {
  const sums = nothing();
  let area = nothing();
  let index = 0;
  const finish = (): void => {
    area.Pss = Math.floor(area.Pss / SHARE_PER_KB);
    for (const key of Object.keys(sums) as SmapsFact[]) sums[key] += area[key];
    area = nothing();
  };
  for (const { addr, low, high, pages } of entriesOf(env, mm)) {
    while (index < mm.vmas.length && mm.vmas[index].end <= addr) {
      finish();
      index++;
    }
    const vma: Vma | undefined = mm.vmas[index];
    const within = Math.min(addr + pages * PAGE_SIZE, end) - Math.max(addr, start);
    if (within <= 0 || vma === undefined || vma.start > addr || vma.flags & VmFlag.PFNMAP) continue;
    addEntry(env, area, vma, { addr, low, high, pages: within / PAGE_SIZE });
  }
  finish();
  return sums;
}

interface Entry {
  readonly addr: number;
  readonly low: number;
  readonly high: number;
  /** How many it maps, or stands for. */
  readonly pages: number;
}

/** Entries that are not none, by address: those of huge pages stand among the others. */
function entriesOf(env: MmEnv, mm: MmStruct): Entry[] {
  const entries: Entry[] = [];
  visitTables(env.tables, mm.pgd, {
    pte: (addr, _cell, low, high) => entries.push({ addr, low, high, pages: 1 }),
    hugePmd: (addr, _cell, low, high) => entries.push({ addr, low, high, pages: HPAGE_PMD_NR }),
  });
  return entries;
}

function addEntry(env: MmEnv, area: SmapsSums, vma: Vma, { low, high, pages }: Entry): void {
  const size = pages * KB_PER_PAGE;
  if (isSwapPte(low, high)) area.Swap += size;
  if (!isPtePresent(low)) return;
  const pfn = ptePfn(low, high);
  if (vmNormalPage(env.map, vma.flags, low, pfn) !== NormalPage.NORMAL) return;
  const mapcount = pageMapcount(env.map, pfn);
  const isDirty = isPteDirty(low) || (env.map.flags[pfn] & PageFlag.DIRTY) !== 0;
  const sharing = mapcount >= 2 ? "Shared" : "Private";
  area.Rss += size;
  area.Pss += Math.floor((pages * PAGE_SHARE) / Math.max(mapcount, 1));
  area[`${sharing}_${isDirty ? "Dirty" : "Clean"}`] += size;
  if (isPageAnon(env.map, pfn)) area.Anonymous += size;
  if (isPteHuge(low)) area.AnonHugePages += size;
}
