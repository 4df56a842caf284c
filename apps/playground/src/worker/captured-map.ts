/** The pages of one captured area, as chunks: what pagemap and kpageflags say of each. */
import { KERNELS, PAGE_SIZE, PMD_SIZE, PTRS_PER_TABLE } from "@forkpath/abi";
import { kernelOf } from "@forkpath/predict";
import {
  type Capture,
  type CapturedPages,
  KPageFlag,
  layoutsOf,
  PagemapHigh,
  pagemapFrame,
  pagemapSwapOffset,
} from "@forkpath/procfs";
import { countWords } from "../chunks/count-words.ts";
import { emptyChunk, packChunks } from "../chunks/pack.ts";
import type { CapturedMap, Chunk, MapLetter } from "./protocol.ts";

/** Tables that are drawn: those of 4 GiB. */
const MOST_TABLES = 2048;
const MOST_FRAME = 2 ** 31 - 1;
const MOST_COUNT = 0xffff;

/** Names the memory among those that the page draws. */
const CAPTURED = "captured";

/**
 * @param start of an area
 * @throws RangeError where there is none, or no pages were captured
 */
export function mapOfArea(capture: Capture, start: number): CapturedMap {
  const { pages, smaps, maps } = capture;
  const area = (smaps ?? maps ?? []).find((one) => one.start === start);
  if (area === undefined) throw new RangeError(`map: no area begins at ${start.toString(16)}`);
  if (pages === null) throw new RangeError("map: the capture has no pages.bin");
  const { end, perms: permissions } = area;
  const name = area.name === "" ? start.toString(16) : area.name;
  const tables = tablesOf(capture, pages, start, end);
  const [words] = countWords([area], tables);
  const drawn = tables.slice(0, MOST_TABLES);
  const part = { name, start, firstPage: 0, pages: (end - start) / PAGE_SIZE, isWhole: true };
  const shown = { start, end, permissions, name, mappings: [part], words };
  return {
    area: shown,
    space: {
      mm: CAPTURED,
      areas: [shown],
      starts: drawn.map((table) => table.start),
      chunks: drawn.map(({ id }) => id),
    },
    chunks: packChunks(drawn),
    left: tables.length - drawn.length,
  };
}

/** A chunk, and where its table begins. */
type Table = Chunk & { readonly start: number };

/** Every table with an entry in the area, by rising address. */
function tablesOf(capture: Capture, pages: CapturedPages, start: number, end: number): Table[] {
  const tables: Table[] = [];
  const look = lookOf(capture, pages);
  for (let at = firstFrom(pages, start / PAGE_SIZE); at < pages.count; at++) {
    const vpn = pages.vpn[at];
    if (vpn >= end / PAGE_SIZE) break;
    const base = Math.floor(vpn / PTRS_PER_TABLE) * PMD_SIZE;
    if (tables.at(-1)?.start !== base) tables.push({ ...emptyChunk(tables.length), start: base });
    look(at, tables[tables.length - 1], vpn - base / PAGE_SIZE);
  }
  return tables;
}

/** Index of the first record at `vpn` or behind it. */
function firstFrom({ vpn: column, count }: CapturedPages, vpn: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle] < vpn) low = middle + 1;
    else high = middle;
  }
  return low;
}

const codeOf = (letter: MapLetter): number => letter.charCodeAt(0);
const flag = (bit: number): number => 2 ** bit;

/** Writes what record `at` says into a cell of a table. */
function lookOf(
  { info }: Capture,
  { entryLow, entryHigh, mapcount, flagsLow }: CapturedPages,
): (at: number, table: Table, cell: number) => void {
  const kernel = kernelOf(info?.release ?? null) ?? KERNELS[KERNELS.length - 1];
  const { pagemapBits: bits } = layoutsOf(kernel);
  const letterAt = (at: number): MapLetter => {
    const high = entryHigh[at];
    if (bits.hasGuard && high & PagemapHigh.GUARD) return "g";
    if ((high & PagemapHigh.PRESENT) === 0) return high & PagemapHigh.SWAPPED ? "s" : "-";
    const flags = flagsLow[at];
    if (flags & flag(KPageFlag.HWPOISON)) return "h";
    if (flags & flag(KPageFlag.ZERO_PAGE)) return "z";
    if (flags & (flag(KPageFlag.THP) | flag(KPageFlag.HUGE))) return "H";
    if (flags !== 0) return flags & flag(KPageFlag.ANON) ? "a" : "c";
    return bits.hasFile && high & PagemapHigh.FILE ? "c" : "a";
  };
  return (at, table, cell) => {
    const [low, high] = [entryLow[at], entryHigh[at]];
    const letter = letterAt(at);
    const isPresent = (high & PagemapHigh.PRESENT) !== 0;
    const frame = isPresent ? pagemapFrame(low, high) : pagemapSwapOffset(low, high);
    table.letters[cell] = codeOf(letter);
    if (frame > 0 && frame <= MOST_FRAME) table.frames[cell] = frame;
    // Without a count, the kernel says at least whether the page is mapped once.
    const isOnce = !bits.hasExclusive || (high & PagemapHigh.EXCLUSIVE) !== 0;
    const least = isPresent && letter !== "z" ? (isOnce ? 1 : 2) : 0;
    table.mapcounts[cell] = Math.min(mapcount[at] || least, MOST_COUNT);
  };
}
