/**
 * Entries as letters:
 *
 *    W  anonymous, writable              f  page cache, read-only
 *    r  anonymous, read-only             F  page cache, writable
 *    z  the zero page, special           p  a raw frame, special, writable
 *    s  swapped out                      h  hwpoison
 *    M  migrating, was writable          m  migrating, read-only
 *    n  nonlinear file entry             -  none
 *
 * A mapped page is dirty and young, unless `c` (clean) or `'` (old) follows: `rc'`. Counters are
 * (file, anon, swap), as SPEC appendix B writes them, and a page is "count/mapcount".
 */
import { PAGE_SIZE, type Pfn, virtAddr } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import type { MmEnv, MmStruct } from "@forkpath/mm";
import {
  findPteCell,
  isPteFile,
  isPtePresent,
  NO_CELL,
  Pte,
  pteHigh,
  pteLow,
  ptePfn,
} from "@forkpath/page-table";
import { isPageAnon, PageFlag } from "@forkpath/rmap";
import { peekSlot, SwpType, swpType } from "@forkpath/swap";
import type { OnMachine, Space } from "./machine.ts";

/** The entries of `count` pages from address `start` on: "W r -". */
export const showEntries = (space: Space, start: number, count: number): string =>
  Array.from({ length: count }, (_, page) => letterAt(space, start + page * PAGE_SIZE)).join(" ");

/** The letter of the entry for `addr`; `-` also where there is no table. */
export function letterAt({ env, mm }: Space, addr: number): string {
  const cell = findPteCell(env.tables, mm.pgd, virtAddr(addr));
  return cell === NO_CELL ? "-" : letterOf(env, cell);
}

function letterOf(env: MmEnv, cell: number): string {
  const low = pteLow(env.tables, cell);
  if (low === 0 && pteHigh(env.tables, cell) === 0) return "-";
  if (!isPtePresent(low)) return isPteFile(low) ? "n" : swapLetter(swpType(low));
  return pageLetter(env, low) + marksOf(low);
}

/** `c` for clean, `'` for old; nothing for an entry that was written a moment ago. */
export const marksOf = (low: number): string =>
  (low & Pte.DIRTY ? "" : "c") + (low & Pte.ACCESSED ? "" : "'");

function pageLetter({ map }: MmEnv, low: number): string {
  const frame = low >>> 12;
  if (low & Pte.SPECIAL) return frame === map.zeroPfn ? "z" : "p";
  const letters = isPageAnon(map, frame) ? "Wr" : "Ff";
  return low & Pte.RW ? letters[0] : letters[1];
}

function swapLetter(type: number): string {
  if (type === SwpType.HWPOISON) return "h";
  if (type === SwpType.MIGRATION_READ) return "m";
  return type === SwpType.MIGRATION_WRITE ? "M" : "s";
}

/** The frame that `addr` is mapped to. */
export function frameAt({ env, mm }: Space, addr: number): Pfn {
  const cell = findPteCell(env.tables, mm.pgd, virtAddr(addr));
  if (cell === NO_CELL || !isPtePresent(pteLow(env.tables, cell))) {
    throw new RangeError(`0x${addr.toString(16)} of ${mm.name} is not mapped`);
  }
  return ptePfn(pteLow(env.tables, cell), pteHigh(env.tables, cell));
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
    return `0x${byte.toString(16).padStart(2, "0")}`;
  }).join(" ");

/** Names of a frame's flags that tests ask for. */
export const flagsOf = ({ env: { map } }: OnMachine, frame: number): string[] =>
  SHOWN_FLAGS.filter((name) => map.flags[frame] & PageFlag[name]);

const SHOWN_FLAGS = [
  ...(["LOCKED", "DIRTY", "SWAPCACHE", "WRITEBACK", "HWPOISON"] as const),
  ...(["LRU", "ACTIVE", "UNEVICTABLE", "MLOCKED"] as const),
] as const;
