/**
 * Entries of a page table, for people: one letter each, or everything that the entry says.
 *
 *    W  anonymous, writable              f  of a file, read-only
 *    r  anonymous, read-only             F  of a file, writable
 *    z  the zero page                    p  a raw frame
 *    s  swapped out                      h  hwpoison
 *    M  migrating, was writable          m  migrating, was read-only
 *    n  nonlinear: a page of its file    H  part of a huge page: what is shown is its pmd
 *    -  none
 */
import { expectAligned, expectInteger, PAGE_SIZE, USER_END, virtAddr } from "@forkpath/abi";
import { findHugePmd, type MmEnv, type MmStruct } from "@forkpath/mm";
import {
  findPteCell,
  isPteFile,
  isPteHuge,
  isPtePresent,
  isPteSpecial,
  isPteWrite,
  NO_CELL,
  pteFlagNames,
  pteHigh,
  pteLow,
  ptePfn,
  pteToBigint,
  pteToPgoff,
  type VisitEntry,
  visitTables,
} from "@forkpath/page-table";
import { isPageAnon } from "@forkpath/rmap";
import {
  isHwpoisonEntry,
  isMigrationEntry,
  isWriteMigrationEntry,
  swpOffset,
  swpType,
} from "@forkpath/swap";

type PresentLetter = "W" | "r" | "F" | "f" | "z" | "p" | "H";
export type EntryLetter = PresentLetter | "s" | "h" | "M" | "m" | "n" | "-";

export interface EntryView {
  readonly addr: number;
  readonly letter: EntryLetter;
  /** The 64-bit word. */
  readonly value: bigint;
  /** Names of the bits of a present entry. */
  readonly flags: readonly string[];
  /** The frame that is mapped, is migrating, or went bad. */
  readonly pfn?: number;
  /** Where a swapped page is. */
  readonly slot?: { readonly type: number; readonly offset: number };
  /** Which page of its file a nonlinear entry stands for. */
  readonly pgoff?: number;
}

const NONE = { letter: "-", value: 0n, flags: [] } as const;

/**
 * The entry for one address.
 * @throws RangeError or TypeError unless `addr` is page-aligned and below 2^47
 * @modelOnly a debugger's look
 */
export function entryView(env: MmEnv, mm: MmStruct, addr: number): EntryView {
  expectAligned("entry", "addr", addr, PAGE_SIZE);
  const cell = findEntry(env, mm, addr);
  if (cell === NO_CELL) return { addr, ...NONE };
  return viewOf(env, addr, pteLow(env.tables, cell), pteHigh(env.tables, cell));
}

/**
 * Every entry that is not none, by address; a huge page is one.
 * @modelOnly a debugger's look
 */
export function entryViews(env: MmEnv, mm: MmStruct): EntryView[] {
  const views: EntryView[] = [];
  const view: VisitEntry = (addr, _cell, low, high) => {
    views.push(viewOf(env, addr, low, high));
  };
  visitTables(env.tables, mm.pgd, { pte: view, hugePmd: view });
  return views;
}

/**
 * The letters of `pages` entries from `addr` on: `W W r -`.
 * @throws RangeError or TypeError unless the range is page-aligned and below 2^47
 * @modelOnly a debugger's look
 */
export function entryLetters(env: MmEnv, mm: MmStruct, addr: number, pages: number): string {
  expectAligned("letters", "addr", addr, PAGE_SIZE);
  expectInteger("letters", "pages", pages, 0, (USER_END - addr) / PAGE_SIZE);
  const letters: string[] = [];
  for (let page = 0; page < pages; page++) {
    const cell = findEntry(env, mm, addr + page * PAGE_SIZE);
    const isNone = cell === NO_CELL;
    letters.push(
      isNone ? "-" : entryLetter(env, pteLow(env.tables, cell), pteHigh(env.tables, cell)),
    );
  }
  return letters.join(" ");
}

/** The pte, or the pmd of a huge page. */
function findEntry(env: MmEnv, mm: MmStruct, addr: number): number {
  const cell = findPteCell(env.tables, mm.pgd, virtAddr(addr));
  return cell === NO_CELL ? findHugePmd(env, mm, addr) : cell;
}

function viewOf(env: MmEnv, addr: number, low: number, high: number): EntryView {
  const letter = entryLetter(env, low, high);
  const view = { addr, letter, value: pteToBigint(low, high), flags: pteFlagNames(low, high) };
  return { ...view, ...target(letter, low, high) };
}

function entryLetter(env: MmEnv, low: number, high: number): EntryLetter {
  if (low === 0 && high === 0) return "-";
  if (isPtePresent(low)) return presentLetter(env, low, ptePfn(low, high));
  if (isPteFile(low)) return "n";
  if (isWriteMigrationEntry(low)) return "M";
  if (isMigrationEntry(low)) return "m";
  return isHwpoisonEntry(low) ? "h" : "s";
}

function presentLetter({ map }: MmEnv, low: number, pfn: number): PresentLetter {
  // In a pte, the bit says something of its caching, and nobody sets it.
  if (isPteHuge(low)) return "H";
  if (isPteSpecial(low)) return pfn === map.zeroPfn ? "z" : "p";
  if (isPageAnon(map, pfn)) return isPteWrite(low) ? "W" : "r";
  return isPteWrite(low) ? "F" : "f";
}

/** What the entry leads to. */
function target(
  letter: EntryLetter,
  low: number,
  high: number,
): Pick<EntryView, "pfn" | "slot" | "pgoff"> {
  switch (letter) {
    case "-":
      return {};
    case "s":
      return { slot: { type: swpType(low), offset: swpOffset(low, high) } };
    case "n":
      return { pgoff: pteToPgoff(low, high) };
    case "M":
    case "m":
    case "h":
      return { pfn: swpOffset(low, high) };
    default:
      return { pfn: ptePfn(low, high) };
  }
}
