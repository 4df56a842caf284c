/**
 * Entries of a page table as pictures, one letter each:
 *
 *    W  anonymous, writable              f  of a file, read-only
 *    r  anonymous, read-only             F  of a file, writable
 *    z  the zero page                    p  a raw frame
 *    s  swapped out                      h  hwpoison
 *    M  migrating, was writable          m  migrating, was read-only
 *    n  nonlinear: a page of its file    H  part of a huge page: what is shown is its pmd
 *    g  a guard page, or another marker      -  none
 */
import { PAGE_SIZE, virtAddr } from "@forkpath/abi";
import {
  findPteCell,
  isPteFile,
  isPteHuge,
  isPteNone,
  isPtePresent,
  isPteSpecial,
  isPteWrite,
  NO_CELL,
  pteHigh,
  pteLow,
  ptePfn,
} from "@forkpath/page-table";
import { isPageAnon } from "@forkpath/rmap";
import {
  isHwpoisonEntry,
  isMigrationEntry,
  isPteMarker,
  isWriteMigrationEntry,
} from "@forkpath/swap";
import type { MmEnv, MmStruct } from "../types.ts";
import { findHugePmd } from "./huge-pmd.ts";

/** Letters of present entries. */
export type PresentLetter = "W" | "r" | "F" | "f" | "z" | "p" | "H";
/** See the head of this file. */
export type EntryLetter = PresentLetter | "s" | "h" | "g" | "M" | "m" | "n" | "-";

/**
 * The letter of an entry, given as its two words.
 * @modelOnly a picture
 */
export function entryLetter(env: MmEnv, low: number, high: number): EntryLetter {
  if (isPteNone(low, high)) return "-";
  if (isPtePresent(low)) return presentLetter(env, low, high);
  if (isPteFile(low)) return "n";
  if (isWriteMigrationEntry(low)) return "M";
  if (isMigrationEntry(low)) return "m";
  if (isPteMarker(low)) return "g";
  return isHwpoisonEntry(low) ? "h" : "s";
}

function presentLetter({ map }: MmEnv, low: number, high: number): PresentLetter {
  // In a pte, the bit says something of its caching, and no path sets it.
  if (isPteHuge(low)) return "H";
  const pfn = ptePfn(low, high);
  if (isPteSpecial(low)) return pfn === map.zeroPfn ? "z" : "p";
  if (isPageAnon(map, pfn)) return isPteWrite(low) ? "W" : "r";
  return isPteWrite(low) ? "F" : "f";
}

/**
 * The cell of the pte for `addr`, or of the pmd of a huge page; NO_CELL where there is neither.
 * @modelOnly a debugger's look
 */
export function findEntryCell(env: MmEnv, mm: MmStruct, addr: number): number {
  const cell = findPteCell(env.tables, mm.pgd, virtAddr(addr));
  return cell === NO_CELL ? findHugePmd(env, mm, addr) : cell;
}

/**
 * The entries of `pages` pages from `addr` on, with a space between: `W W r -`. `sign` draws one
 * that is not none; by default its letter.
 * @modelOnly a picture
 * @example
 * ```ts
 * import { createMmEnv, drawEntries, mmAlloc } from "@forkpath/mm";
 * import { runToCompletion } from "@forkpath/sync";
 * const env = createMmEnv({ memoryPages: 1024 });
 * const mm = runToCompletion(mmAlloc(env, null))!;
 * console.log(drawEntries(env, mm, 0x400000, 4)); // - - - -
 * ```
 */
export function drawEntries(
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  pages: number,
  sign: (env: MmEnv, low: number, high: number) => string = entryLetter,
): string {
  const { tables } = env;
  const signs: string[] = [];
  for (let page = 0; page < pages; page++) {
    const cell = findEntryCell(env, mm, addr + page * PAGE_SIZE);
    signs.push(cell === NO_CELL ? "-" : sign(env, pteLow(tables, cell), pteHigh(tables, cell)));
  }
  return signs.join(" ");
}
