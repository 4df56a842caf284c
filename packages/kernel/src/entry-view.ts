/** Entries of a page table, for people: one letter each, or everything that the entry says. */
import { expectAligned, expectInteger, PAGE_SIZE, USER_END } from "@forkpath/abi";
import {
  drawEntries,
  type EntryLetter,
  entryLetter,
  entryWord,
  findEntryCell,
  type MmEnv,
  type MmStruct,
} from "@forkpath/mm";
import {
  NO_CELL,
  pteFlagNames,
  pteHigh,
  pteLow,
  ptePfn,
  pteToPgoff,
  type VisitEntry,
  visitTables,
} from "@forkpath/page-table";
import { isSwpExclusive, swpOffset, swpPfn, swpType } from "@forkpath/swap";

/** One entry, and what it says. */
export interface EntryView {
  /** Address that it maps: bytes. */
  readonly addr: number;
  /** What it is, in a letter. */
  readonly letter: EntryLetter;
  /** The 64-bit word, as the machine's own release has it. */
  readonly value: bigint;
  /** Names of the bits of a present entry. */
  readonly flags: readonly string[];
  /** The page is its process's alone, or will be when it comes back; always false before 5.19. */
  readonly isExclusive: boolean;
  /** The frame that is mapped, is migrating, or went bad. */
  readonly pfn?: number;
  /** Where a swapped page is. */
  readonly slot?: {
    /** The swap area. */
    readonly type: number;
    /** The slot in it. */
    readonly offset: number;
  };
  /** Which page of its file a nonlinear entry stands for. */
  readonly pgoff?: number;
}

const NONE = { letter: "-", value: 0n, flags: [], isExclusive: false } as const;

/**
 * The entry for one address.
 * @throws RangeError or TypeError unless `addr` is page-aligned and below 2^47
 * @modelOnly a debugger's look
 */
export function entryView(env: MmEnv, mm: MmStruct, addr: number): EntryView {
  expectAligned("entry", "addr", addr, PAGE_SIZE);
  const cell = findEntryCell(env, mm, addr);
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
  return drawEntries(env, mm, addr, pages);
}

function viewOf(env: MmEnv, addr: number, low: number, high: number): EntryView {
  const letter = entryLetter(env, low, high);
  const view = { addr, letter, value: entryWord(env, low, high), flags: pteFlagNames(low, high) };
  const isExclusive = hasExclusive(env, letter, low, high);
  return { ...view, isExclusive, ...target(letter, low, high) };
}

function hasExclusive(env: MmEnv, letter: EntryLetter, low: number, high: number): boolean {
  if (letter === "s") return isSwpExclusive(low);
  const isMapped = letter === "W" || letter === "r" || letter === "H";
  return isMapped && (env.map.flags[ptePfn(low, high)] & env.rules.exclusiveFlag) !== 0;
}

/** What the entry leads to. */
function target(
  letter: EntryLetter,
  low: number,
  high: number,
): Pick<EntryView, "pfn" | "slot" | "pgoff"> {
  switch (letter) {
    case "-":
    case "g":
      return {};
    case "s":
      return { slot: { type: swpType(low), offset: swpOffset(low, high) } };
    case "n":
      return { pgoff: pteToPgoff(low, high) };
    case "M":
    case "m":
    case "h":
      return { pfn: swpPfn(low, high) };
    default:
      return { pfn: ptePfn(low, high) };
  }
}
