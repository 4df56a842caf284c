/** Pages of the picture of an address space (areas.ts): where they are, and what is there. */
import { errnoName, hasVmFlag, PAGE_SIZE, virtAddr } from "@forkpath/abi";
import type { Vma } from "@forkpath/mm";
import { drawAreas } from "@forkpath/mm";
import { findPteCell } from "@forkpath/page-table";
import { showEntries } from "./letters.ts";
import { type Space, START } from "./machine.ts";

/** Byte address of a page of the picture. */
export const at = (page: number): number => START + page * PAGE_SIZE;

/** The page of the picture that an address lies in; an errno by its name. */
export const pageOf = (addr: number): number | string =>
  addr < 0 ? errnoName(addr) : (addr - START) / PAGE_SIZE;

/** The area that page `page` lies in. */
export function areaAt({ mm }: Space, page: number): Vma {
  const vma = mm.vmas.find(({ start, end }) => start <= at(page) && at(page) < end);
  if (vma === undefined) throw new RangeError(`page ${page} is not mapped`);
  return vma;
}

/** Has the area that page `page` lies in this flag? */
export const hasFlag = (space: Space, page: number, flag: number): boolean =>
  hasVmFlag(areaAt(space, page).flags, flag);

/** How long so many pages are. */
export const bytesOf = (pages: number): number => pages * PAGE_SIZE;

/** The picture of the areas, up to the last one above START. */
export const showAreas = ({ mm }: Space): string => drawAreas(mm, START);

/** The letters of `count` entries from page `first` on. */
export const entries = (space: Space, first: number, count: number): string =>
  showEntries(space, at(first), count);

/** The cell of a page's entry, or NO_CELL. */
export const cellOf = ({ env, mm }: Space, page: number): number =>
  findPteCell(env.tables, mm.pgd, virtAddr(at(page)));
