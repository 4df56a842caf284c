/**
 * The frame number of an entry: bits 12..45, cut by the border between the two words (SPEC §2.1/3).
 *
 * A frame number has 34 bits, too many for a 32-bit operator: its upper 14 stand in the high word
 * and are reached by division. The functions of one word do not check; `mkPte` does.
 */
import { expectInteger, hex, PAGE_SHIFT, type Pfn, PHYSICAL_MASK_SHIFT, pfn } from "@forkpath/abi";
import { PTE_PFN_HIGH } from "./bits.ts";

/** Frame numbers are below this. */
export const PFN_LIMIT: number = 2 ** (PHYSICAL_MASK_SHIFT - PAGE_SHIFT);

/** The field in one 64-bit value. */
const PFN_MASK = 0x3fff_ffff_f000n;

/** Frame numbers whose field fits the low word. */
const LOW_WORD_FRAMES = 2 ** (32 - PAGE_SHIFT);

/**
 * Frame number of a present entry, or of the table that a directory entry points to.
 * @kernel pte_pfn in arch/x86/include/asm/pgtable.h
 * @example
 * ```ts
 * import { hex } from "@forkpath/abi";
 * import { ptePfn } from "@forkpath/page-table";
 * console.log(hex(ptePfn(0x1234025, 0))); // 0x1234
 * ```
 */
export const ptePfn = (low: number, high: number): Pfn =>
  pfn((low >>> PAGE_SHIFT) + (high & PTE_PFN_HIGH) * LOW_WORD_FRAMES);

/**
 * The low word's part of the frame number, in its place.
 * @kernel pfn_pte in arch/x86/include/asm/pgtable.h
 */
export const pfnLow = (frame: Pfn): number => (frame << PAGE_SHIFT) >>> 0; // drops bits 20 and up
/**
 * The high word's part of the frame number, in its place.
 * @kernel pfn_pte in arch/x86/include/asm/pgtable.h
 */
export const pfnHigh = (frame: Pfn): number => (frame / LOW_WORD_FRAMES) >>> 0;

/**
 * @kernel mk_pte in arch/x86/include/asm/pgtable.h
 * @example
 * ```ts
 * import { hex, pfn } from "@forkpath/abi";
 * import { mkPteLow } from "@forkpath/page-table";
 * console.log(hex(mkPteLow(pfn(0x1234), 0x25))); // 0x1234025
 * ```
 */
export const mkPteLow = (frame: Pfn, protLow: number): number => (pfnLow(frame) | protLow) >>> 0;
/** @kernel mk_pte in arch/x86/include/asm/pgtable.h */
export const mkPteHigh = (frame: Pfn, protHigh: number): number =>
  (pfnHigh(frame) | protHigh) >>> 0;

/**
 * The whole entry for a frame: the checked form of `mkPteLow` and `mkPteHigh`.
 * @throws RangeError or TypeError unless `frame` is an integer below 2^34, and `prot` an unsigned
 *   64-bit value whose frame field is empty
 * @kernel mk_pte in arch/x86/include/asm/pgtable.h
 * @deviates The processor is taken to support every protection bit.
 */
export function mkPte(frame: number, prot: bigint): bigint {
  expectInteger("mkPte", "frame", frame, 0, PFN_LIMIT - 1);
  if (typeof prot !== "bigint") throw new TypeError(`mkPte: prot must be a bigint, got ${prot}`);
  if (BigInt.asUintN(64, prot) !== prot || (prot & PFN_MASK) !== 0n) {
    throw new RangeError(`mkPte: prot must be 64 bits of flags only, got ${hex(prot)}`);
  }
  return (BigInt(frame) << BigInt(PAGE_SHIFT)) | prot;
}
