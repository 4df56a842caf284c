/**
 * Entries as pictures: the letters of `entryLetter`, and marks behind them.
 *
 *    W  F     written a moment ago         c  clean: rc            r  huge and read-only: Hr
 *    r  z     and so on                    '  old: rc'            !  a huge page that splits: Hr!
 *
 * Counters are (file, anon, swap), as SPEC appendix B writes them; a page is "count/mapcount".
 */
import { hex, hexByte, type Pfn, virtAddr } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import { drawEntries, entryLetter, type MmEnv, type MmStruct } from "@forkpath/mm";
import { findPteCell, isPtePresent, NO_CELL, Pte, pfnAt, pteLow } from "@forkpath/page-table";
import { PageFlag } from "@forkpath/rmap";
import { peekSlot } from "@forkpath/swap";
import type { OnMachine, Space } from "./machine.ts";

/** The entries of `count` pages from address `start` on: "W r -". */
export const showEntries = ({ env, mm }: Space, start: number, count: number): string =>
  drawEntries(env, mm, start, count, entrySign);

/** The letter of an entry, and its marks. */
export function entrySign(env: MmEnv, low: number, high: number): string {
  const letter = entryLetter(env, low, high);
  if (!isPtePresent(low)) return letter;
  const ofHuge = letter === "H" ? mark(!(low & Pte.RW), "r") + mark(low & Pte.SPLITTING, "!") : "";
  return letter + ofHuge + mark(!(low & Pte.DIRTY), "c") + mark(!(low & Pte.ACCESSED), "'");
}

const mark = (has: boolean | number, sign: string): string => (has ? sign : "");

/** The frame that `addr` is mapped to. */
export function frameAt({ env, mm }: Space, addr: number): Pfn {
  const cell = findPteCell(env.tables, mm.pgd, virtAddr(addr));
  if (cell === NO_CELL || !isPtePresent(pteLow(env.tables, cell))) {
    throw new RangeError(`${hex(addr)} of ${mm.name} is not mapped`);
  }
  return pfnAt(env.tables, cell);
}

/** (file, anon, swap), in pages. */
export const showRss = ({ counters }: MmStruct): string =>
  `(${[MmCounter.FILE_RSS, MmCounter.ANON_RSS, MmCounter.SWAP_USAGE]
    .map((member) => peekCounterSigned(counters, member))
    .join()})`;

/** "count/mapcount" of each frame. */
export const showRefs = (at: OnMachine, frames: readonly number[]): string =>
  frames.map((frame) => refsOf(at, frame)).join(" ");

/** "count/mapcount" of a frame. */
export const refsOf = ({ env: { map } }: OnMachine, frame: number): string =>
  `${map.count[frame]}/${map.mapcount[frame]}`;

/** The first `count` slots of area 0, behind the header: "0x41 0x02". */
export const slots = ({ env: { swap } }: OnMachine, count: number): string =>
  Array.from({ length: count }, (_, index) => {
    const { byte } = peekSlot(swap, 0, index + 1);
    return hexByte(byte);
  }).join(" ");

/** Names of a frame's flags that tests ask for. */
export const flagsOf = ({ env: { map } }: OnMachine, frame: number): string[] =>
  SHOWN_FLAGS.filter((name) => map.flags[frame] & PageFlag[name]);

const SHOWN_FLAGS = [
  ...(["LOCKED", "DIRTY", "SWAPCACHE", "WRITEBACK", "HWPOISON"] as const),
  ...(["LRU", "ACTIVE", "UNEVICTABLE", "MLOCKED"] as const),
] as const;
