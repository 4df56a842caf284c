/**
 * The sums of smaps over one area, as M11 and M12 of the specification of 6.18 have them: worked
 * out from the entries alone, beside what the kernel package shows.
 */
import { KB_PER_PAGE, PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { SMAPS_LINES, type SmapsLine } from "@forkpath/kernel";
import type { Vma } from "@forkpath/mm";

/** What one entry adds. */
export interface SeenPage {
  readonly mapcount: number;
  readonly isDirty: boolean;
  readonly isYoung: boolean;
  readonly isAnon: boolean;
  readonly isLazyFree: boolean;
  readonly isHuge: boolean;
}

type SmapsField = SmapsLine | "LazyFree" | "SwapPss" | "Locked";
export const SMAPS_FIELDS: readonly SmapsField[] = [
  ...SMAPS_LINES,
  "LazyFree",
  "SwapPss",
  "Locked",
];
/** kB, but for shares, which have binary places until the area is complete. */
export type AreaSums = Record<SmapsField, number>;

/** One page, with 12 binary places of a byte. */
const PAGE_SHARE = 4096 * 4096;
const SHARE_PER_KB = 1024 * 4096;

export const createSums = (): AreaSums =>
  Object.fromEntries(SMAPS_FIELDS.map((name) => [name, 0])) as AreaSums;

export function addPage(sums: AreaSums, page: SeenPage): void {
  const { mapcount, isDirty } = page;
  sums.Rss += KB_PER_PAGE;
  sums.Pss += Math.floor(PAGE_SHARE / Math.max(mapcount, 1));
  if (mapcount >= 2) sums[isDirty ? "Shared_Dirty" : "Shared_Clean"] += KB_PER_PAGE;
  else sums[isDirty ? "Private_Dirty" : "Private_Clean"] += KB_PER_PAGE;
  if (page.isYoung) sums.Referenced += KB_PER_PAGE;
  if (page.isAnon) sums.Anonymous += KB_PER_PAGE;
  if (page.isLazyFree) sums.LazyFree += KB_PER_PAGE;
  if (page.isHuge) sums.AnonHugePages += KB_PER_PAGE;
}

/** @param count references to the slot */
export function addSwapped(sums: AreaSums, count: number): void {
  sums.Swap += KB_PER_PAGE;
  sums.SwapPss += Math.floor(PAGE_SHARE / Math.max(count, 1));
}

/**
 * Cuts the shares off, and tells what of them is locked, and what of shared memory is swapped.
 * @param hasEntry whether a page of the area, counted from its first one, has an entry
 */
export function finishSums(sums: AreaSums, vma: Vma, hasEntry: (page: number) => boolean): void {
  const { flags } = vma;
  sums.Swap += KB_PER_PAGE * swappedOf(vma, hasEntry);
  sums.Pss = Math.floor(sums.Pss / SHARE_PER_KB);
  sums.SwapPss = Math.floor(sums.SwapPss / SHARE_PER_KB);
  if (flags & VmFlag.LOCKED) sums.Locked = sums.Pss;
}

/**
 * Pages of shared memory in swap: no entry says so, and smaps looks them up in the file. Where the
 * process may have written, it looks where there is no entry (M11.5).
 */
function swappedOf(
  { file, flags, pgoff, start, end }: Vma,
  hasEntry: (page: number) => boolean,
): number {
  if (file === null) return 0;
  const mayHaveOwn = (flags & (VmFlag.SHARED | VmFlag.WRITE)) === VmFlag.WRITE;
  const count = (end - start) / PAGE_SIZE;
  return [...file.swapped.keys()]
    .map((page) => page - pgoff)
    .filter((page) => page >= 0 && page < count && !(mayHaveOwn && hasEntry(page))).length;
}
