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
import type { World } from "../world/world.ts";
import { defineFact, type Facts } from "./fact.ts";

/** Sums over present entries, by their lines in smaps. */
const SMAPS = {
  Rss: "Pages of it in memory.",
  Pss: "The same, each page divided by how many map it.",
  Shared_Clean: "Mapped more than once, and clean.",
  Shared_Dirty: "Mapped more than once, and written to.",
  Private_Clean: "Mapped once, and clean.",
  Private_Dirty: "Mapped once, and written to.",
  Anonymous: "Pages that belong to no file.",
  AnonHugePages: "Huge pages.",
  Swap: "Entries that lead to no page: swapped, migrating or poisoned.",
} as const;
type SmapsName = keyof typeof SMAPS;
const NAMES = Object.keys(SMAPS) as SmapsName[];

/** kB, but for Pss, which is kept with its binary places until an area is done. */
type SmapsSums = Record<SmapsName, number>;

/** A fact for each line. @param sumsOf adds up the smaps of what the facts are about */
export const smapsFacts = <Of>(sumsOf: (world: World, of: Of) => SmapsSums): Facts<Of> =>
  Object.fromEntries(
    NAMES.map((name) => [
      name,
      defineFact<Of>("kB", SMAPS[name], (world, of) => BigInt(sumsOf(world, of)[name])),
    ]),
  );

const KB = 1024; // bytes
const KB_PER_PAGE = PAGE_SIZE / KB;
/** A byte of a share has 12 binary places. */
const SHARE_OF_BYTE = 2 ** 12;
const PAGE_SHARE = PAGE_SIZE * SHARE_OF_BYTE;
const SHARE_PER_KB = KB * SHARE_OF_BYTE;

const nothing = (): SmapsSums => Object.fromEntries(NAMES.map((name) => [name, 0])) as SmapsSums;

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
    for (const name of NAMES) sums[name] += area[name];
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
