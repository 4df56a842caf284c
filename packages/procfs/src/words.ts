/**
 * Files of 64-bit words: /proc/PID/pagemap, a word a page of the address space; /proc/kpagecount
 * and /proc/kpageflags, a word a frame. Little-endian, as on x86-64.
 *
 * A word comes as two halves, so that no bigint is made of it. Words that are zero are not told:
 * most of a pagemap is.
 */
import type { ChunkParser } from "./lines.ts";
import { createRecordParser } from "./records.ts";

/** `index` counts words: a page or frame number. `high` has bits 32 to 63. */
export type TakeWord = (index: number, low: number, high: number) => void;

const WORD_BYTES = 8;
const HALF_BYTES = 4;

/**
 * Parses words as they come, in chunks that may end inside of one.
 * @param first the index of the first word
 * @param file the name that errors give it
 * @example
 * ```ts
 * import { createWordParser, printWords } from "@forkpath/procfs";
 * const seen: number[] = [];
 * const parser = createWordParser((_index, low) => void seen.push(low));
 * parser.write(new Uint8Array([7, 0, 0, 0, 0, 0, 0, 0]));
 * parser.end();
 * console.log(seen.join()); // 7
 * ```
 */
export function createWordParser(take: TakeWord, first = 0, file = "pagemap"): ChunkParser {
  return createRecordParser({ name: "word", bytes: WORD_BYTES, file }, (words, before) =>
    takeWords(words, first + before, take),
  );
}

function takeWords(bytes: Uint8Array, first: number, take: TakeWord): void {
  const halves = halvesOf(bytes);
  for (let half = 0, index = first; half < halves.length; half += 2, index++) {
    const low = halves[half];
    const high = halves[half + 1];
    if ((low | high) !== 0) take(index, low, high);
  }
}

/** The same bytes as numbers of 32 bits; copied where they are not aligned. */
export function halvesOf(bytes: Uint8Array): Uint32Array {
  const isAligned = bytes.byteOffset % HALF_BYTES === 0;
  if (isAligned && isLittleEndian()) {
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / HALF_BYTES);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const halves = new Uint32Array(bytes.length / HALF_BYTES);
  for (let half = 0; half < halves.length; half++) {
    halves[half] = view.getUint32(half * HALF_BYTES, true);
  }
  return halves;
}

const isLittleEndian = (): boolean => new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The bytes of words, each given as low and high half. */
export function printWords(halves: Uint32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(halves.length * HALF_BYTES);
  const view = new DataView(bytes.buffer);
  for (let half = 0; half < halves.length; half++) {
    view.setUint32(half * HALF_BYTES, halves[half], true);
  }
  return bytes;
}
