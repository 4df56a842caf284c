/**
 * The pages of a process: pagemap area by area, then kpagecount and kpageflags by frame.
 *
 * Frames are scattered. So pages are sorted by the piece of the two files that tells of them, and
 * each piece is read once, in order, in as few reads as there are gaps in it.
 */
import { closeSync } from "node:fs";
import {
  type CapturedPages,
  createPages,
  createWordParser,
  type GrowingPages,
  type MapsArea,
  PagemapHigh,
  pagemapFrame,
  reservePage,
  trimmedPages,
} from "@forkpath/procfs";
import { openFile, readAt } from "./read-file.ts";
import { type CaptureSteps, tell } from "./step.ts";

const PAGE_SIZE = 4096;
const WORD_BYTES = 8;
/** Bytes of pagemap in one read: what 512 MiB of addresses have. */
const PAGEMAP_BYTES = 2 ** 20;
/** Frames in one piece of kpagecount and kpageflags: what 32 MiB of memory have. */
const PIECE = 2 ** 13;
/** Words of those files that are read as quickly as a new read begins. */
const SHORT_GAP = 64;
/**
 * Areas of this size that hold nothing are not looked into: it would take seconds, or minutes. What
 * is only reserved can be told by its rights.
 */
const HUGE_AREA = 2 ** 40;
const HUGE_RESERVE = 2 ** 30;
const RESERVED = "---p";
/** Bytes of user space end here. */
const USER_END = 2 ** 56;

export interface ReadPages {
  readonly pages: CapturedPages;
  /** Whether frames are shown, and how often each is mapped. */
  readonly hasFrames: boolean;
  readonly hasCounts: boolean;
  /** Areas too large to be looked into. */
  readonly skipped: number;
}

/**
 * Null where there is no pagemap to be read.
 * @param residentKb of each area: what smaps says of memory and swap there
 */
export function* readPages(
  pid: number,
  areas: readonly MapsArea[],
  residentKb: (area: MapsArea) => number | undefined,
): CaptureSteps<ReadPages | null> {
  const pages = createPages();
  const isSkipped = (area: MapsArea): boolean => {
    const most = area.perms === RESERVED ? HUGE_RESERVE : HUGE_AREA;
    return area.end - area.start >= most && residentKb(area) === 0;
  };
  const readable = areas.filter((area) => area.end <= USER_END && !isSkipped(area));
  const total = readable.reduce((sum, { start, end }) => sum + (end - start) / PAGE_SIZE, 0);
  let done = 0;
  const file = openFile(`/proc/${pid}/pagemap`);
  if (file === null) return null;
  try {
    for (const area of readable) {
      for (const [from, to] of piecesOf(area)) {
        readPagemap(file, pages, from, to);
        done += to - from;
        yield* tell({ what: "pages", done, total });
      }
    }
  } finally {
    closeSync(file);
  }
  const hasFrames = showsFrames(pages);
  const hasCounts = hasFrames && (yield* readFrames(pages));
  const skipped = areas.filter(isSkipped).length;
  return { pages: trimmedPages(pages), hasFrames, hasCounts, skipped };
}

/** Page numbers, in pieces of one read. */
function* piecesOf({ start, end }: MapsArea): Generator<readonly [from: number, to: number]> {
  const last = end / PAGE_SIZE;
  const size = PAGEMAP_BYTES / WORD_BYTES;
  for (let from = start / PAGE_SIZE; from < last; from += size) {
    yield [from, Math.min(from + size, last)];
  }
}

function readPagemap(file: number, pages: GrowingPages, from: number, to: number): void {
  const bytes = new Uint8Array((to - from) * WORD_BYTES);
  const length = readAt(file, bytes, from * WORD_BYTES);
  const parser = createWordParser((vpn, low, high) => {
    reservePage(pages);
    pages.vpn[pages.count] = vpn;
    pages.entryLow[pages.count] = low;
    pages.entryHigh[pages.count] = high;
    pages.count++;
  }, from);
  parser.write(bytes.subarray(0, length));
}

const isPresent = (high: number): boolean => (high & PagemapHigh.PRESENT) !== 0;

/** Hidden frames are all 0, and frame 0 is nobody's. */
function showsFrames({ count, entryLow, entryHigh }: GrowingPages): boolean {
  for (let index = 0; index < count; index++) {
    if (isPresent(entryHigh[index]) && pagemapFrame(entryLow[index], entryHigh[index]) !== 0) {
      return true;
    }
  }
  return false;
}

/** False where the two files cannot be read. */
function* readFrames(pages: GrowingPages): CaptureSteps<boolean> {
  const sorted = sortByPiece(pages);
  const counts = yield* readWords(pages, sorted, "/proc/kpagecount", takeCount);
  return counts && (yield* readWords(pages, sorted, "/proc/kpageflags", takeFlags));
}

interface Sorted {
  readonly starts: Uint32Array;
  readonly order: Uint32Array;
}

type Take = (pages: GrowingPages, index: number, words: Uint32Array) => void;

function* readWords(
  pages: GrowingPages,
  { starts, order }: Sorted,
  path: string,
  take: Take,
): CaptureSteps<boolean> {
  const words = new Uint32Array(PIECE * 2);
  const bytes = new Uint8Array(words.buffer);
  const isWanted = new Uint8Array(PIECE);
  let done = 0;
  const file = openFile(path);
  if (file === null) return false;
  try {
    for (let piece = 0; piece + 1 < starts.length; piece++) {
      const indices = order.subarray(starts[piece], starts[piece + 1]);
      if (indices.length === 0) continue;
      isWanted.fill(0);
      for (const index of indices) isWanted[frameOf(pages, index) % PIECE] = 1;
      words.fill(0);
      for (const [from, to] of runsOf(isWanted)) {
        const at = (piece * PIECE + from) * WORD_BYTES;
        readAt(file, bytes.subarray(from * WORD_BYTES, to * WORD_BYTES), at);
      }
      for (const index of indices) take(pages, index, words);
      done += indices.length;
      yield* tell({ what: "frames", done, total: order.length });
    }
    return true;
  } finally {
    closeSync(file);
  }
}

/** Wanted words in runs of one read each; a short gap is read along. */
function* runsOf(isWanted: Uint8Array): Generator<readonly [from: number, to: number]> {
  let from = isWanted.indexOf(1);
  while (from >= 0) {
    let to = from + 1;
    for (;;) {
      const next = isWanted.indexOf(1, to);
      if (next < 0 || next - to > SHORT_GAP) {
        yield [from, to];
        from = next;
        break;
      }
      to = next + 1;
    }
  }
}

/** Indices of present pages by piece: those of piece p begin at order[starts[p]]. */
function sortByPiece(pages: GrowingPages): Sorted {
  const { count, entryHigh } = pages;
  let last = 0;
  for (let index = 0; index < count; index++) {
    if (isPresent(entryHigh[index])) last = Math.max(last, pieceOf(pages, index));
  }
  const starts = new Uint32Array(last + 2);
  for (let index = 0; index < count; index++) {
    if (isPresent(entryHigh[index])) starts[pieceOf(pages, index) + 1]++;
  }
  for (let piece = 0; piece <= last; piece++) starts[piece + 1] += starts[piece];
  const order = new Uint32Array(starts[last + 1]);
  const next = starts.slice();
  for (let index = 0; index < count; index++) {
    if (isPresent(entryHigh[index])) order[next[pieceOf(pages, index)]++] = index;
  }
  return { starts, order };
}

const frameOf = ({ entryLow, entryHigh }: GrowingPages, index: number): number =>
  pagemapFrame(entryLow[index], entryHigh[index]);
const pieceOf = (pages: GrowingPages, index: number): number =>
  Math.floor(frameOf(pages, index) / PIECE);

function takeCount(pages: GrowingPages, index: number, words: Uint32Array): void {
  pages.mapcount[index] = words[(frameOf(pages, index) % PIECE) * 2];
}

function takeFlags(pages: GrowingPages, index: number, words: Uint32Array): void {
  const half = (frameOf(pages, index) % PIECE) * 2;
  pages.flagsLow[index] = words[half];
  pages.flagsHigh[index] = words[half + 1];
}
