/**
 * Pages where only smaps was read: as many as it counts, in places that nobody knows (predict.md
 * §6).
 *
 *    packed    from the start of each area on        the fewest tables that can be
 *    spread    one to a table first, and so on       the most
 *
 * Both load the same counts, so that only the tables differ between them.
 */
import { PAGE_SIZE, PMD_SIZE } from "@forkpath/abi";
import { type CapturedPages, createPages, reservePage, trimmedPages } from "@forkpath/procfs";
import { isShared } from "../load/clause.ts";
import { isOfUser } from "../load/load-areas.ts";
import { PmHigh, pagesOfKb } from "../load/page-record.ts";
import { isShmemName } from "../load/shmem-name.ts";
import type { CapturedArea } from "../types.ts";

export type Placing = "packed" | "spread";

const PAGES_PER_TABLE = PMD_SIZE / PAGE_SIZE;
const HUGE_KB = 2048;

/** Pagemap entries without frames, for pages that fit what smaps counts. */
export function syntheticPages(areas: readonly CapturedArea[], placing: Placing): CapturedPages {
  const pages = createPages();
  for (const area of areas) {
    if (!isOfUser(area)) continue;
    const { places, before } = placesOf(area, placing);
    const words = turned(entryWords(area), before);
    for (let at = 0; at < Math.min(words.length, places.length); at++) {
      reservePage(pages);
      pages.vpn[pages.count] = places[at];
      pages.entryHigh[pages.count++] = words[at];
    }
  }
  return trimmedPages(pages);
}

/** The last so many come first. */
function turned(words: Uint32Array, count: number): Uint32Array {
  if (count === 0) return words;
  const all = new Uint32Array(words.length);
  all.set(words.subarray(words.length - count));
  all.set(words.subarray(0, words.length - count), count);
  return all;
}

/** High words of the entries: huge pages first, which have to lie in a row. */
function entryWords(area: CapturedArea): Uint32Array {
  const { rows } = area;
  const { Shared_Hugetlb = 0, Private_Hugetlb = 0, Anonymous = 0 } = rows;
  const hugetlb = pagesOfKb(Shared_Hugetlb + Private_Hugetlb);
  if (hugetlb > 0) return new Uint32Array(hugetlb).fill(PmHigh.PRESENT | PmHigh.FILE);
  const rss = pagesOfKb(rows.Rss ?? 0);
  const anon = Math.min(pagesOfKb(Anonymous), rss);
  const swap = pagesOfKb(ownSwap(area));
  let alone = Math.min(pagesOfKb((rows.Private_Clean ?? 0) + (rows.Private_Dirty ?? 0)), rss);
  const words = new Uint32Array(rss + swap);
  for (let at = 0; at < rss; at++) {
    let word: number = PmHigh.PRESENT;
    if (at >= anon) word |= PmHigh.FILE;
    if (alone-- > 0) word |= PmHigh.EXCLUSIVE;
    words[at] = word >>> 0;
  }
  return words.fill(PmHigh.SWAP, rss);
}

/** In kB. Of shared memory smaps shows what the object has in swap, of which no entry tells. */
const ownSwap = (area: CapturedArea): number =>
  isShared(area) || isShmemName(area.name) ? 0 : (area.rows.Swap ?? 0);

interface Places {
  /** Page numbers, rising, as many as the area has entries. */
  readonly places: Float64Array;
  /** How many of them lie before the huge pages, for want of room behind. */
  readonly before: number;
}

function placesOf(area: CapturedArea, placing: Placing): Places {
  const first = area.start / PAGE_SIZE;
  const size = (area.end - area.start) / PAGE_SIZE;
  const { Rss = 0, Shared_Hugetlb = 0, Private_Hugetlb = 0, AnonHugePages = 0 } = area.rows;
  const wanted = pagesOfKb(Rss + ownSwap(area) + Shared_Hugetlb + Private_Hugetlb);
  const count = Math.min(wanted, size);
  const huge = Math.min(Math.floor(AnonHugePages / HUGE_KB) * PAGES_PER_TABLE, count);
  const aligned = Math.ceil(first / PAGES_PER_TABLE) * PAGES_PER_TABLE;
  const base = huge > 0 && aligned + huge <= first + size ? aligned : first;
  const before = Math.max(count - (first + size - base), 0);
  const places = new Float64Array(count);
  for (let at = 0; at < before + huge; at++) places[at] = base - before + at;
  const from = before + huge;
  if (placing === "packed") for (let at = from; at < count; at++) places[at] = base - before + at;
  else spread(places, from, base + huge, first + size - base - huge);
  return { places, before };
}

/** The places from `from` on, in as many tables as there are, the same number in each. */
function spread(places: Float64Array, from: number, first: number, size: number): void {
  const tables = tablesOf(first, size);
  let left = places.length - from;
  const shares = new Array<number>(tables.length).fill(0);
  while (left > 0) {
    const open = tables.filter((table, at) => shares[at] < table.size).length;
    if (open === 0) break; // an area with more tables than are looked at
    const share = Math.max(1, Math.floor(left / open));
    for (let at = 0; at < tables.length && left > 0; at++) {
      const more = Math.min(share, tables[at].size - shares[at], left);
      shares[at] += more;
      left -= more;
    }
  }
  let to = from;
  for (const [at, table] of tables.entries()) {
    for (let page = 0; page < shares[at]; page++) places[to++] = table.first + page;
  }
}

/** The parts of a range of pages that lie in one table each. */
function tablesOf(first: number, size: number): { first: number; size: number }[] {
  const tables = [];
  const most = Math.min(Math.ceil(size / PAGES_PER_TABLE) + 1, MOST_TABLES);
  for (let page = first; page < first + size && tables.length < most; ) {
    const next = Math.min((Math.floor(page / PAGES_PER_TABLE) + 1) * PAGES_PER_TABLE, first + size);
    tables.push({ first: page, size: next - page });
    page = next;
  }
  return tables;
}

/** Of one area: what 1 TiB has. */
const MOST_TABLES = 2 ** 19;
