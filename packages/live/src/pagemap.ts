/**
 * Page by page, what pagemap, kpagecount and kpageflags say; and what the recorder has read of the
 * entries themselves.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { hasPageFlag, KPageFlag, PagemapHigh, pagemapFrame } from "@forkpath/procfs";
import { createPages, type Pages } from "./look.ts";

const BYTES_PER_WORD = 8;

/** Files that tell of frames; open for a whole run. */
export interface FrameFiles {
  readonly counts: number;
  readonly flags: number;
  close(): void;
}

export function openFrameFiles(): FrameFiles {
  const counts = openSync("/proc/kpagecount", "r");
  const flags = openSync("/proc/kpageflags", "r");
  const close = (): void => {
    closeSync(counts);
    closeSync(flags);
  };
  return { counts, flags, close };
}

/**
 * @param pagemap of the process, open
 * @param first page of its address space
 * @param files null where frames are not told
 */
export function readPagemap(
  pagemap: number,
  first: number,
  count: number,
  files: FrameFiles | null,
): Pages {
  const words = readWords(pagemap, first, count);
  const pages = createPages(count);
  const kinds = new Uint32Array(count);
  if (files !== null) readFrames(words, files, pages, kinds);
  for (let page = 0; page < count; page++) {
    pages.letters[page] = letterOf(words, page, kinds[page], files !== null);
    if (files !== null && pages.letters[page] === SWAPPED) pages.frames[page] = slotOf(words, page);
  }
  if (files === null) markSingle(words, pages);
  return pages;
}

/** Two words of 32 bits for each of `count` entries of 64, the lower one first. */
function readWords(file: number, first: number, count: number): Uint32Array {
  const words = new Uint32Array(count * 2);
  const bytes = new Uint8Array(words.buffer);
  let done = 0;
  while (done < bytes.length) {
    const at = first * BYTES_PER_WORD + done;
    const got = readSync(file, bytes, done, bytes.length - done, at);
    if (got === 0) break;
    done += got;
  }
  return words;
}

const frameOf = (words: Uint32Array, page: number): number =>
  pagemapFrame(words[2 * page], words[2 * page + 1]);

const isPresent = (words: Uint32Array, page: number): boolean =>
  (words[2 * page + 1] & PagemapHigh.PRESENT) !== 0;

/** Reads what is known of each frame, neighbours at once. */
function readFrames(words: Uint32Array, files: FrameFiles, pages: Pages, kinds: Uint32Array): void {
  const total = words.length / 2;
  for (let page = 0; page < total; ) {
    const count = neighboursFrom(words, page, total);
    if (count > 0) {
      const frame = frameOf(words, page);
      addFrames(files, frame, count, pages, kinds, page);
    }
    page += Math.max(1, count);
  }
}

/** How many pages from that one on are in neighbouring frames; 0 for one that is not in memory. */
function neighboursFrom(words: Uint32Array, page: number, total: number): number {
  if (!isPresent(words, page)) return 0;
  const frame = frameOf(words, page);
  let count = 1;
  while (
    page + count < total &&
    isPresent(words, page + count) &&
    frameOf(words, page + count) === frame + count
  ) {
    count++;
  }
  return count;
}

function addFrames(
  files: FrameFiles,
  frame: number,
  count: number,
  pages: Pages,
  kinds: Uint32Array,
  page: number,
): void {
  const counts = readWords(files.counts, frame, count);
  const flags = readWords(files.flags, frame, count);
  for (let one = 0; one < count; one++) {
    const isZero = hasPageFlag(flags[2 * one], 0, KPageFlag.ZERO_PAGE);
    kinds[page + one] = flags[2 * one];
    pages.mapcounts[page + one] = isZero ? 0 : counts[2 * one];
    pages.frames[page + one] = isZero ? 0 : frame + one + 1;
  }
}

/** Below 0: the area of a page in swap, and its slot, are one number. */
const slotOf = (words: Uint32Array, page: number): number => -(frameOf(words, page) + 1);

function markSingle(words: Uint32Array, { mapcounts }: Pages): void {
  for (let page = 0; page < mapcounts.length; page++) {
    mapcounts[page] = words[2 * page + 1] & PagemapHigh.EXCLUSIVE ? 1 : 0;
  }
}

const code = (letter: string): number => letter.charCodeAt(0);
const [ANON, FILE, ZERO, KSM, SWAPPED, GUARD, NONE] = [..."ABzksg-"].map(code);

/** A of anonymous memory, B of a file: whether they are writable, only the entry tells. */
function letterOf(words: Uint32Array, page: number, kind: number, hasKinds: boolean): number {
  const upper = words[2 * page + 1];
  if (!(upper & PagemapHigh.PRESENT)) {
    if (upper & PagemapHigh.GUARD) return GUARD;
    return upper & PagemapHigh.SWAPPED ? SWAPPED : NONE;
  }
  if (!hasKinds) return upper & PagemapHigh.FILE ? FILE : ANON;
  if (hasPageFlag(kind, 0, KPageFlag.ZERO_PAGE)) return ZERO;
  if (hasPageFlag(kind, 0, KPageFlag.KSM)) return KSM;
  return hasPageFlag(kind, 0, KPageFlag.ANON) ? ANON : FILE;
}

const Entry = { WRITABLE: 1, DIRTY: 2, HUGE: 8 } as const;
const [HUGE, WRITABLE_ANON, READ_ONLY_ANON, WRITABLE_FILE, READ_ONLY_FILE] = [..."HWrFf"].map(code);

/** `716 -4`: sixteen entries with the bits 7, and four that are none. */
export function addEntries(text: string, { letters, dirty }: Pages): void {
  let page = 0;
  for (const run of text.split(" ")) {
    const end = page + Number(run.slice(1));
    const bits = run[0] === "-" ? 0 : Number.parseInt(run[0], 16);
    for (; page < end; page++) {
      if (run[0] === "-") continue;
      dirty[page] = bits & Entry.DIRTY ? 1 : 0;
      letters[page] = exactLetter(letters[page], bits);
    }
  }
}

function exactLetter(letter: number, bits: number): number {
  if (bits & Entry.HUGE) return HUGE;
  if (letter === ANON) return bits & Entry.WRITABLE ? WRITABLE_ANON : READ_ONLY_ANON;
  if (letter === FILE) return bits & Entry.WRITABLE ? WRITABLE_FILE : READ_ONLY_FILE;
  return letter;
}
