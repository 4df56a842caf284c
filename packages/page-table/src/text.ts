/**
 * Where entries enter and leave as one value: bigint, hex, names of bits.
 *
 * Inside the model an entry is two numbers; these are for people, files and tests.
 */
import { hex } from "@forkpath/abi";
import { Pte, PteHigh } from "./bits.ts";
import { isPtePresent } from "./entry.ts";

/**
 * An entry as one number. A negative word is read as the unsigned one with the same bits.
 * @param low bits 0 to 31
 * @param high bits 32 to 63
 * @modelOnly one 64-bit value out of two words
 */
export const pteToBigint = (low: number, high: number): bigint =>
  (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

/**
 * An entry as two words.
 * @throws TypeError unless `value` is a bigint
 * @throws RangeError unless it has at most 64 bits
 * @modelOnly two words out of one 64-bit value
 */
export function pteFromBigint(value: bigint): {
  /** Bits 0 to 31. */
  low: number;
  /** Bits 32 to 63. */
  high: number;
} {
  if (typeof value !== "bigint") {
    throw new TypeError(`pteFromBigint: value must be a bigint, got ${value}`);
  }
  if (BigInt.asUintN(64, value) !== value) {
    throw new RangeError(
      `pteFromBigint: value must be from 0x0 to 0xffffffffffffffff, got ${value}n`,
    );
  }
  return { low: Number(value & 0xffff_ffffn), high: Number(value >> 32n) };
}

/**
 * `0x8000000001234067`: lower case, no leading zeros, `0x0` for none.
 * @modelOnly for people and recorded vectors
 * @example
 * ```ts
 * import { formatPte } from "@forkpath/page-table";
 * console.log(formatPte(0x1234025, 0x80000000)); // 0x8000000001234025
 * ```
 */
export const formatPte = (low: number, high: number): string => hex(pteToBigint(low, high));

/** Names of bits whose meaning does not depend on the others, ascending. */
const PLAIN = ["RW", "USER", "PWT", "PCD", "ACCESSED"] as const;
const SOFTWARE = ["SPECIAL", "IOMAP", "SOFTDIRTY"] as const;

/**
 * Names of the set bits of a present entry, ascending; empty for any other, which has no flags.
 * @modelOnly for people
 */
export function pteFlagNames(low: number, high: number): string[] {
  if (!isPtePresent(low)) return [];
  const isMapped = (low & Pte.PRESENT) !== 0;
  const names: string[] = isMapped ? ["PRESENT"] : [];
  names.push(...PLAIN.filter((name) => (low & Pte[name]) !== 0));
  if (low & Pte.DIRTY) names.push("DIRTY");
  if (low & Pte.PSE) names.push("PSE");
  if (low & Pte.GLOBAL) names.push(isMapped ? "GLOBAL" : "PROTNONE");
  names.push(...SOFTWARE.filter((name) => (low & Pte[name]) !== 0));
  if (high & PteHigh.NX) names.push("NX");
  return names;
}
