/**
 * Bytes and text. /proc prints the names of files as they are, and those need not be UTF-8: a byte
 * that is none becomes half a character, U+DC80 to U+DCFF, and the same byte again when printed.
 */

const ASCII_END = 0x80;
const ESCAPED = 0xdc00;
/** Arguments of one call. */
const PIECE = 1024;
const STRICT = { fatal: true, ignoreBOM: true };
/** Half a character that stands alone. */
const HALF = /\p{Surrogate}/u;

/** Bytes [from, to) as text. */
export function textOf(bytes: Uint8Array, from = 0, to: number = bytes.length): string {
  for (let at = from; at < to; at++) {
    if (bytes[at] >= ASCII_END) return decoded(bytes.subarray(from, to));
  }
  return oneByteEach(bytes.subarray(from, to));
}

function oneByteEach(bytes: Uint8Array): string {
  if (bytes.length <= PIECE) return String.fromCharCode(...bytes);
  return new TextDecoder("latin1").decode(bytes);
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", STRICT).decode(bytes);
  } catch {
    return piecewise(bytes);
  }
}

/** The longest run of bytes from here that is UTF-8, then one byte that is not, and so on. */
function piecewise(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", STRICT);
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = lengthOf(bytes[at]);
    const end = at + length;
    try {
      if (length === 0 || end > bytes.length) throw new TypeError("no character begins here");
      text += decoder.decode(bytes.subarray(at, end));
      at = end;
    } catch {
      text += String.fromCharCode(ESCAPED + bytes[at]);
      at++;
    }
  }
  return text;
}

/** How many bytes a character has that begins with `byte`; 0 where none does. */
function lengthOf(byte: number): number {
  if (byte < ASCII_END) return 1;
  if (byte < 0xc2) return 0;
  if (byte < 0xe0) return 2;
  if (byte < 0xf0) return 3;
  return byte < 0xf5 ? 4 : 0;
}

/** The bytes of a text that `textOf` has read, or of any other. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  if (!HALF.test(text)) return encoder.encode(text);
  const pieces = Array.from(text, (one) => {
    const code = one.charCodeAt(0) - ESCAPED;
    const isEscaped = one.length === 1 && code >= ASCII_END && code <= 0xff;
    return isEscaped ? Uint8Array.of(code) : encoder.encode(one);
  });
  return joined(pieces);
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
