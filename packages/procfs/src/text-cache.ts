/**
 * Texts that come again and again, such as the name of a library and the flags of an area: each is
 * made once, and looked up by its bytes from then on.
 */
import { textOf } from "./bytes.ts";

/** Bytes [from, to) as text. */
export type ReadText = (bytes: Uint8Array, from: number, to: number) => string;

interface Kept {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** A power of 2: places, each of which keeps the last text that fell on it. */
const PLACES = 1024;
/** Of FNV-1a, with 32 bits. */
const HASH_START = 0x811c9dc5;
const HASH_PRIME = 0x01000193;
/** Longer texts are seldom the same. */
const LONGEST = 256;

export function createTextCache(): ReadText {
  const places: (Kept | undefined)[] = new Array(PLACES).fill(undefined);
  return (bytes, from, to) => {
    if (to - from > LONGEST) return textOf(bytes, from, to);
    let hash = HASH_START;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at], HASH_PRIME);
    const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
    const kept = places[place];
    if (kept !== undefined && isSame(kept.bytes, bytes, from, to)) return kept.text;
    const text = textOf(bytes, from, to);
    places[place] = { bytes: bytes.slice(from, to), text };
    return text;
  };
}

function isSame(kept: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (kept.length !== to - from) return false;
  for (let at = 0; at < kept.length; at++) if (kept[at] !== bytes[from + at]) return false;
  return true;
}
