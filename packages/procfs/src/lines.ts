/**
 * Lines out of chunks that may end anywhere.
 *
 *    chunk  7f00-7f10 r--p … libc.so\nRss:      3|72 kB\nPss:  …
 *    lines  [ first line             ][ kept     | joined  ]
 */
import { bytesOf, joined, textOf } from "./bytes.ts";
import { ProcError, quoted } from "./proc-error.ts";

/** Gets bytes [from, to) of one line, without its end, and its number counted from 1. */
export type TakeLine = (bytes: Uint8Array, from: number, to: number, line: number) => void;

/**
 * Gets the bytes of a chunk from the first of a line on, and returns where that line ends, having
 * taken it; NOT_TAKEN for any line that is not as usual, or may not be there as a whole.
 */
export type TakeUsual = (bytes: Uint8Array, from: number) => number;
export const NOT_TAKEN = -1;

/** Takes a text in pieces of any length. Nothing may be written after the end. */
export interface ChunkParser {
  /** @throws ProcError at the first thing that is wrong */
  write(chunk: Uint8Array): void;
  /** @throws ProcError where more had to come */
  end(): void;
}

export interface LineReader extends ChunkParser {
  /** How many were taken. */
  lines(): number;
}

export const NEWLINE = 10;
/** Bytes: a list of all groups that a process can have is shorter. */
const LONGEST_LINE = 2 ** 20;

/** @param takeUsual is asked first: it spares looking for the end of most lines */
export function createLineReader(
  file: string,
  take: TakeLine,
  takeUsual: TakeUsual = () => NOT_TAKEN,
): LineReader {
  let kept: Uint8Array | null = null;
  let line = 0;
  const keep = (piece: Uint8Array): void => {
    if (piece.length === 0) return;
    kept = kept === null ? piece.slice() : joined([kept, piece]);
    if (kept.length <= LONGEST_LINE) return;
    const got = `one of ${kept.length} or more`;
    const wanted = `a line of at most ${LONGEST_LINE} bytes`;
    throw new ProcError({ file, line: line + 1, wanted, got });
  };
  return {
    write(chunk) {
      let from = 0;
      if (kept !== null) {
        const end = chunk.indexOf(NEWLINE);
        if (end < 0) return keep(chunk);
        const whole = joined([kept, chunk.subarray(0, end + 1)]);
        kept = null;
        if (takeUsual(whole, 0) === NOT_TAKEN) take(whole, 0, whole.length - 1, line + 1);
        line++;
        from = end + 1;
      }
      while (from < chunk.length) {
        let end = takeUsual(chunk, from);
        if (end === NOT_TAKEN) {
          end = from;
          while (end < chunk.length && chunk[end] !== NEWLINE) end++;
          if (end === chunk.length) break;
          take(chunk, from, end, line + 1);
        }
        line++;
        from = end + 1;
      }
      keep(chunk.subarray(from));
    },
    lines: () => line,
    end() {
      if (kept === null) return;
      const got = `the end after ${quoted(textOf(kept))}`;
      throw new ProcError({ file, line: line + 1, wanted: "an end of line", got });
    },
  };
}

/** All that a parser finds in a text that is there as a whole. */
export function allOf<Found>(
  parserOf: (take: (found: Found) => void) => ChunkParser,
  text: string | Uint8Array,
): Found[] {
  const found: Found[] = [];
  readWhole(
    parserOf((one) => found.push(one)),
    text,
  );
  return found;
}

/** A text that is there as a whole. */
export function readWhole(parser: ChunkParser, text: string | Uint8Array): void {
  parser.write(typeof text === "string" ? bytesOf(text) : text);
  parser.end();
}
