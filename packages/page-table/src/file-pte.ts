/**
 * Entries of nonlinear mappings: where in the file the page is, once it is gone (SPEC §2.7).
 *
 *     63                       12 11  7   6   5   0
 *    [       offset, pages       |  0  | FILE |  0 ]
 *
 * The offset is written whole and read back through the frame mask: 34 bits survive, although
 * the kernel promises 46. That loss is its defect D25, and is kept.
 */
import { expectInteger, PAGE_SHIFT } from "@forkpath/abi";
import { Pte } from "./bits.ts";
import { ptePfn } from "./pfn-field.ts";

/** Offsets that the entry has room for: 64 - 12 bits. */
const PGOFF_MAX = 2 ** 52 - 1;
const LOW_WORD_PAGES = 2 ** (32 - PAGE_SHIFT);

/**
 * @param pgoff offset in the file, pages
 * @throws RangeError or TypeError unless `pgoff` is an integer below 2^52
 * @kernel pgoff_to_pte in arch/x86/include/asm/pgtable_64.h
 */
export function pgoffToPteLow(pgoff: number): number {
  expectInteger("pgoffToPteLow", "pgoff", pgoff, 0, PGOFF_MAX);
  return ((pgoff << PAGE_SHIFT) | Pte.FILE) >>> 0;
}

/**
 * @param pgoff offset in the file, pages
 * @throws RangeError or TypeError unless `pgoff` is an integer below 2^52
 * @kernel pgoff_to_pte in arch/x86/include/asm/pgtable_64.h
 */
export function pgoffToPteHigh(pgoff: number): number {
  expectInteger("pgoffToPteHigh", "pgoff", pgoff, 0, PGOFF_MAX);
  return Math.floor(pgoff / LOW_WORD_PAGES);
}

/**
 * Offset in the file, pages: what was written, modulo 2^34.
 * @kernel pte_to_pgoff in arch/x86/include/asm/pgtable_64.h
 */
export const pteToPgoff = (low: number, high: number): number => ptePfn(low, high);
