/**
 * Numbers as /proc prints them.
 *
 * An unsigned long whose top bit is set is less than zero here: el6 prints a counter of -1 page as
 * 18446744073709551612 kB, which is -4. So every number fits in 53 bits, or is refused.
 */

/** Where a parser finds no number. */
const NO_NUMBER: number = Number.NaN;

const ZERO = 48;
const NINE = 57;
/** So many decimal digits are below 2^53. */
const SAFE_DIGITS = 15;
const MOST_DIGITS = 20;
const WORD = 64;
const BITS_OF_TOP = 2n ** 64n;

/** Decimal digits [from, to), at least one and nothing else; NO_NUMBER for other bytes. */
export function decimal(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > SAFE_DIGITS) return longDecimal(bytes, from, to);
  if (to <= from) return NO_NUMBER;
  let value = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte < ZERO || byte > NINE) return NO_NUMBER;
    value = value * 10 + byte - ZERO;
  }
  return value;
}

function longDecimal(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > MOST_DIGITS) return NO_NUMBER;
  return signedNumber(String.fromCharCode(...bytes.subarray(from, to)));
}

/** The same of a text. */
export function signedNumber(digits: string): number {
  if (!/^\d{1,20}$/.test(digits)) return NO_NUMBER;
  const word = BigInt(digits);
  if (word >= BITS_OF_TOP) return NO_NUMBER;
  const value = Number(BigInt.asIntN(WORD, word));
  return Number.isSafeInteger(value) ? value : NO_NUMBER;
}

/** A number as an unsigned long prints it. */
export const unsignedText = (value: number): string =>
  value < 0 ? BigInt.asUintN(WORD, BigInt(value)).toString() : value.toString();

/** Lower-case hexadecimal, zero-padded. Exact below 2^53, and for addresses of pages above. */
export const hexText = (value: number, width: number): string =>
  value.toString(16).padStart(width, "0");
