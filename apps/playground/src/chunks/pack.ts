/** Many chunks in one piece, for a message: a column is one buffer, however many tables it has. */
import { PTRS_PER_TABLE } from "@forkpath/abi";
import type { Chunk, ChunkPack } from "../worker/protocol.ts";

export function packChunks(chunks: readonly Chunk[]): ChunkPack {
  const pages = chunks.length * PTRS_PER_TABLE;
  const pack: ChunkPack = {
    ids: chunks.map(({ id }) => id),
    letters: new Uint8Array(pages),
    frames: new Int32Array(pages),
    mapcounts: new Uint16Array(pages),
    counts: new Uint16Array(pages),
    bits: new Uint8Array(pages),
    marks: Uint8Array.from(chunks, markOf),
  };
  for (const [index, chunk] of chunks.entries()) {
    const at = index * PTRS_PER_TABLE;
    pack.letters.set(chunk.letters, at);
    pack.frames.set(chunk.frames, at);
    pack.mapcounts.set(chunk.mapcounts, at);
    pack.counts.set(chunk.counts, at);
    pack.bits.set(chunk.bits, at);
  }
  return pack;
}

const NONE = "-".charCodeAt(0);

/** A table without an entry. */
export const emptyChunk = (id: number): Chunk => ({
  id,
  letters: new Uint8Array(PTRS_PER_TABLE).fill(NONE),
  frames: new Int32Array(PTRS_PER_TABLE).fill(-1),
  mapcounts: new Uint16Array(PTRS_PER_TABLE),
  counts: new Uint16Array(PTRS_PER_TABLE),
  bits: new Uint8Array(PTRS_PER_TABLE),
});

/** Character codes of letters are below. */
const CODES = 128;
/** Beside a letter's code: others map the page too. */
export const SHARED = CODES;

/** The letter of most of its pages; with `SHARED` where most of them are shared. */
function markOf({ letters, mapcounts }: Chunk): number {
  const counts = new Uint16Array(CODES);
  let shared = 0;
  for (let page = 0; page < PTRS_PER_TABLE; page++) {
    counts[letters[page]]++;
    if (mapcounts[page] >= 2) shared++;
  }
  const code = counts.indexOf(Math.max(...counts));
  return shared > PTRS_PER_TABLE / 2 ? code | SHARED : code;
}
