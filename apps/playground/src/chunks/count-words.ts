/** How many pages of each area are alike: letter, and whether others map them too. */
import { PAGE_SIZE, PMD_SIZE, PTRS_PER_TABLE } from "@forkpath/abi";
import type { MapLetter, WordCount } from "../worker/protocol.ts";
import { LETTERS } from "./words.ts";

interface Table {
  readonly start: number;
  readonly letters: Uint8Array;
  readonly mapcounts: Int32Array | Uint16Array;
}

interface Area {
  readonly start: number;
  readonly end: number;
}

/** A count for each character code, and again for pages that others map too. */
const CODES = 128;
const NONE = "-".charCodeAt(0);

/** @param tables by rising address, as `areas` are */
export function countWords(areas: readonly Area[], tables: readonly Table[]): WordCount[][] {
  let first = 0;
  return areas.map(({ start, end }) => {
    while (first < tables.length && tables[first].start + PMD_SIZE <= start) first++;
    const counts = new Uint32Array(2 * CODES);
    let found = 0;
    for (let at = first; at < tables.length && tables[at].start < end; at++) {
      found += countTable(counts, tables[at], start, end);
    }
    counts[NONE] += (end - start) / PAGE_SIZE - found;
    return listed(counts);
  });
}

/** @returns how many pages of the area the table has */
function countTable(counts: Uint32Array, table: Table, start: number, end: number): number {
  const from = Math.max(0, (start - table.start) / PAGE_SIZE);
  const to = Math.min(PTRS_PER_TABLE, (end - table.start) / PAGE_SIZE);
  const { letters, mapcounts } = table;
  for (let page = from; page < to; page++) {
    counts[letters[page] + (mapcounts[page] >= 2 ? CODES : 0)]++;
  }
  return to - from;
}

function listed(counts: Uint32Array): WordCount[] {
  const words: WordCount[] = [];
  const add = (letter: MapLetter, isShared: boolean): void => {
    const pages = counts[letter.charCodeAt(0) + (isShared ? CODES : 0)];
    if (pages > 0) words.push({ letter, isShared, pages });
  };
  for (const letter of LETTERS) {
    add(letter, false);
    add(letter, true);
  }
  return words;
}
