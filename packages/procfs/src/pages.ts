/**
 * The pages of one captured process, out of three files of /proc that belong together.
 *
 *    record of 32 bytes:  address | pagemap entry | kpagecount | kpageflags     little-endian
 *
 * One record for each page whose pagemap entry is not zero, by address. Kept as columns: 28 bytes a
 * page, and no object.
 */
import type { ChunkParser } from "./lines.ts";
import { ProcError } from "./proc-error.ts";
import { createRecordParser } from "./records.ts";
import { halvesOf } from "./words.ts";

/** Columns of one row a page; only the first `count` rows count. */
export interface CapturedPages {
  /** Pages. */
  readonly count: number;
  /** Page number: the address divided by 4096. Rises. */
  readonly vpn: Float64Array;
  /** The pagemap entry, bits 0 to 31 and 32 to 63. Bits 0 to 54 are 0 where frames are hidden. */
  readonly entryLow: Uint32Array;
  /** Bits 32 to 63. */
  readonly entryHigh: Uint32Array;
  /** How many entries map the frame; 0 where that could not be read. */
  readonly mapcount: Uint32Array;
  /** kpageflags, bits 0 to 31 and 32 to 63; 0 where they could not be read. */
  readonly flagsLow: Uint32Array;
  /** Bits 32 to 63. */
  readonly flagsHigh: Uint32Array;
}

/** Bytes of a record. */
export const PAGE_RECORD_BYTES = 32;
const HALVES = 8;
const PAGE_SIZE = 4096;
const TOP = 2 ** 32;
const LEAST_CAPACITY = 1024;
/** User addresses end here, on machines with five levels of tables too. */
const USER_END = 2 ** 56;

/** Columns that grow. */
export interface GrowingPages extends CapturedPages {
  /** Pages so far: fewer than the columns have room for. */
  count: number;
  vpn: Float64Array;
  entryLow: Uint32Array;
  /** Bits 32 to 63. */
  entryHigh: Uint32Array;
  mapcount: Uint32Array;
  flagsLow: Uint32Array;
  /** Bits 32 to 63. */
  flagsHigh: Uint32Array;
}

export interface PagesParser extends ChunkParser {
  /** What was written so far. Cut to its length: call it once, at the end. */
  pages(): CapturedPages;
}

/**
 * Columns without a page.
 * @param capacity pages that are likely to come; more make the columns grow
 * @modelOnly a place for what /proc says
 */
export function createPages(capacity: number = LEAST_CAPACITY): GrowingPages {
  return {
    count: 0,
    vpn: new Float64Array(capacity),
    entryLow: new Uint32Array(capacity),
    entryHigh: new Uint32Array(capacity),
    mapcount: new Uint32Array(capacity),
    flagsLow: new Uint32Array(capacity),
    flagsHigh: new Uint32Array(capacity),
  };
}

const COLUMNS = ["vpn", "entryLow", "entryHigh", "mapcount", "flagsLow", "flagsHigh"] as const;

/** Room for one page more, at `pages.count`. */
export function reservePage(pages: GrowingPages): void {
  if (pages.count < pages.vpn.length) return;
  const larger = createPages(Math.max(LEAST_CAPACITY, pages.vpn.length * 2));
  for (const name of COLUMNS) larger[name].set(pages[name]);
  Object.assign(pages, larger, { count: pages.count });
}

/** The columns as long as there are pages. */
export const trimmedPages = (pages: GrowingPages): CapturedPages => ({
  count: pages.count,
  vpn: pages.vpn.subarray(0, pages.count),
  entryLow: pages.entryLow.subarray(0, pages.count),
  entryHigh: pages.entryHigh.subarray(0, pages.count),
  mapcount: pages.mapcount.subarray(0, pages.count),
  flagsLow: pages.flagsLow.subarray(0, pages.count),
  flagsHigh: pages.flagsHigh.subarray(0, pages.count),
});

/**
 * Parses records as they come, in chunks that may end inside of one.
 * @param capacity pages that are likely to come
 * @param file the name that errors give it
 */
export function createPagesParser(capacity?: number, file = "pages.bin"): PagesParser {
  const pages = createPages(capacity);
  const kind = { name: "record", bytes: PAGE_RECORD_BYTES, file };
  const parser = createRecordParser(kind, (records) => addRecords(pages, records, file));
  return { ...parser, pages: () => trimmedPages(pages) };
}

function addRecords(pages: GrowingPages, bytes: Uint8Array, file: string): void {
  const halves = halvesOf(bytes);
  for (let at = 0; at < halves.length; at += HALVES) {
    reservePage(pages);
    const index = pages.count;
    const address = halves[at] + halves[at + 1] * TOP;
    const vpn = address / PAGE_SIZE;
    const isInOrder = index === 0 || vpn > pages.vpn[index - 1];
    const isPage = Number.isInteger(vpn) && address < USER_END;
    const isEntry = halves[at + 2] !== 0 || halves[at + 3] !== 0;
    if (!isInOrder || !isPage || !isEntry || halves[at + 5] !== 0) {
      throw new ProcError({ file, line: null, ...recordFault(pages, halves, at) });
    }
    pages.vpn[index] = vpn;
    pages.entryLow[index] = halves[at + 2];
    pages.entryHigh[index] = halves[at + 3];
    pages.mapcount[index] = halves[at + 4];
    pages.flagsLow[index] = halves[at + 6];
    pages.flagsHigh[index] = halves[at + 7];
    pages.count++;
  }
}

function recordFault(
  { count, vpn }: GrowingPages,
  halves: Uint32Array,
  at: number,
): { wanted: string; got: string } {
  const word = (half: number): string =>
    (BigInt(halves[at + half]) + BigInt(halves[at + half + 1]) * 2n ** 32n).toString(16);
  const record = `record ${count + 1}`;
  if (halves[at + 5] !== 0) {
    return { wanted: `a mapcount below 2^32 in ${record}`, got: `0x${word(4)}` };
  }
  if (halves[at + 2] === 0 && halves[at + 3] === 0) {
    return { wanted: `a pagemap entry in ${record}`, got: "0" };
  }
  const least = count === 0 ? "a page of user space" : `a page above 0x${hexPage(vpn[count - 1])}`;
  return { wanted: `${least} in ${record}`, got: `0x${word(0)}` };
}

const hexPage = (vpn: number): string => (vpn * PAGE_SIZE).toString(16);

/** The records of pages [from, to), as the file has them. */
export function printPages(
  pages: CapturedPages,
  from = 0,
  to: number = pages.count,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((to - from) * PAGE_RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  for (let index = from, at = 0; index < to; index++, at += PAGE_RECORD_BYTES) {
    const address = pages.vpn[index] * PAGE_SIZE;
    view.setUint32(at, address % TOP, true);
    view.setUint32(at + 4, Math.floor(address / TOP), true);
    view.setUint32(at + 8, pages.entryLow[index], true);
    view.setUint32(at + 12, pages.entryHigh[index], true);
    view.setUint32(at + 16, pages.mapcount[index], true);
    view.setUint32(at + 24, pages.flagsLow[index], true);
    view.setUint32(at + 28, pages.flagsHigh[index], true);
  }
  return bytes;
}
