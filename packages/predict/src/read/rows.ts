/**
 * The lines of smaps and smaps_rollup that are sums over pages, as sums of the model's entries (M11
 * to M13).
 *
 * Shares are kept in units of 2^-12 byte and cut off where they are printed: for each area in
 * smaps, once for all in smaps_rollup.
 */
import { KB_PER_PAGE, PAGE_SIZE } from "@forkpath/abi";
import type { MemMap } from "@forkpath/rmap";
import { isPageAnon, isPageKsm, isPageReferenced, PageFlag } from "@forkpath/rmap";

/** Lines that count shares. */
const SHARE_LINES = [
  "Pss",
  "Pss_Dirty",
  "Pss_Anon",
  "Pss_File",
  "Pss_Shmem",
  "SwapPss",
  "Locked",
] as const;
/** Lines that count pages. */
const PAGE_LINES = [
  "Rss",
  "Shared_Clean",
  "Shared_Dirty",
  "Private_Clean",
  "Private_Dirty",
  "Referenced",
  "Anonymous",
  "KSM",
  "LazyFree",
  "AnonHugePages",
  "ShmemPmdMapped",
  "FilePmdMapped",
  "Shared_Hugetlb",
  "Private_Hugetlb",
  "Swap",
] as const;
/** Lines of smaps that a prediction reads. */
export type RowName = (typeof SHARE_LINES)[number] | (typeof PAGE_LINES)[number];

/** kB. */
export type Rows = Readonly<Record<RowName, number>>;
/** Pages, and units of shares. */
export type RawRows = Record<RowName, number>;

/** 4096 bytes of 2^12 units each. */
export const PAGE_UNITS: number = PAGE_SIZE * 4096;
const UNITS_PER_KB = 4096 * 1024;

export const noRows = (): RawRows =>
  Object.fromEntries([...SHARE_LINES, ...PAGE_LINES].map((name) => [name, 0])) as RawRows;

/** As /proc prints them. */
export function printedRows(raw: RawRows): Rows {
  const rows = noRows();
  for (const name of SHARE_LINES) rows[name] = Math.floor(raw[name] / UNITS_PER_KB);
  for (const name of PAGE_LINES) rows[name] = raw[name] * KB_PER_PAGE;
  return rows;
}

export function addRows(into: RawRows, from: RawRows): void {
  for (const name of SHARE_LINES) into[name] += from[name];
  for (const name of PAGE_LINES) into[name] += from[name];
}

/** Adds one page that an entry maps. @kernel smaps_account in fs/proc/task_mmu.c */
export function addPage(
  rows: RawRows,
  map: MemMap,
  pfn: number,
  mapcount: number,
  isEntryDirty: boolean,
  isEntryYoung: boolean,
): void {
  const flags = map.flags[pfn];
  const isDirty = isEntryDirty || (flags & PageFlag.DIRTY) !== 0;
  const units = mapcount >= 2 ? Math.floor(PAGE_UNITS / mapcount) : PAGE_UNITS;
  const isAnon = isPageAnon(map, pfn);
  rows.Rss++;
  rows.Pss += units;
  if (isDirty) rows.Pss_Dirty += units;
  if (isAnon) rows.Pss_Anon += units;
  else if ((flags & PageFlag.SWAPBACKED) !== 0) rows.Pss_Shmem += units;
  else rows.Pss_File += units;
  if (mapcount >= 2) {
    if (isDirty) rows.Shared_Dirty++;
    else rows.Shared_Clean++;
  } else if (isDirty) rows.Private_Dirty++;
  else rows.Private_Clean++;
  if (isEntryYoung || isPageReferenced(map, pfn)) rows.Referenced++;
  if (!isAnon) return;
  rows.Anonymous++;
  if (isPageKsm(map, pfn)) rows.KSM++;
  else if (!isDirty && (flags & PageFlag.SWAPBACKED) === 0) rows.LazyFree++;
}

/** Adds one page on its way: it counts in full, as shared (M12/3). */
export function addMigrating(rows: RawRows, map: MemMap, pfn: number): void {
  const isAnon = isPageAnon(map, pfn);
  rows.Rss++;
  rows.Pss += PAGE_UNITS;
  if (isAnon) rows.Pss_Anon += PAGE_UNITS;
  else rows.Pss_File += PAGE_UNITS;
  if (isAnon) rows.Anonymous++;
  if ((map.flags[pfn] & PageFlag.DIRTY) !== 0) {
    rows.Shared_Dirty++;
    rows.Pss_Dirty += PAGE_UNITS;
  } else {
    rows.Shared_Clean++;
  }
}
