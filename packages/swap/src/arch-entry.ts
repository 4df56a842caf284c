/**
 * The 64-bit forms of an entry that people read: the kernel's own `swp_entry_t` and pagemap's.
 *
 *     63 62 61    57 56                          0
 *    [  0  |  type  |           offset            ]   swp_entry_t (SPEC §3.1/1)
 *
 *     63 62 61 60    55 54               5 4     0
 *    [ 0| 1| 0|   12   |     offset       |  type ]   /proc/PID/pagemap (SPEC §10.6)
 *
 * BigInt, because these values only travel to and from text.
 */

const WORD_BITS = 32n;
const WORD_MASK = 0xffffffffn;
const PTE_TYPE_SHIFT = 1n;
const PTE_OFFSET_SHIFT = 9n;
const TYPE_MASK = 0x1fn;
const ARCH_TYPE_SHIFT = 57n;
const ARCH_OFFSET_MASK = (1n << ARCH_TYPE_SHIFT) - 1n;
const ARCH_BITS = 62n;
const PM_SWAP = 1n << 62n;
const PM_SHIFT_OF_4K = 12n << 55n;
const PM_TYPE_BITS = 5n;
const PM_PAYLOAD_MASK = (1n << 55n) - 1n;

/** The two words of a PTE. */
export interface PteWords {
  /** Bits 0 to 31. */
  readonly low: number;
  /** Bits 32 to 63. */
  readonly high: number;
}

const typeOfPte = (low: number): bigint => (BigInt(low) >> PTE_TYPE_SHIFT) & TYPE_MASK;
const offsetOfPte = (low: number, high: number): bigint =>
  ((BigInt(high) << WORD_BITS) | BigInt(low)) >> PTE_OFFSET_SHIFT;

/**
 * The architecture-independent entry value of a swap-like PTE.
 * @kernel pte_to_swp_entry in include/linux/swapops.h
 */
export const archEntryValue = (low: number, high: number): bigint =>
  (typeOfPte(low) << ARCH_TYPE_SHIFT) | offsetOfPte(low, high);

/**
 * The PTE for an architecture-independent value. Its offset has two bits more than a PTE can hold:
 * offsets of 2^55 and above lose them.
 * @throws RangeError unless `0 <= value < 2^62`
 * @kernel swp_entry_to_pte in include/linux/swapops.h
 */
export function archEntryToPte(value: bigint): PteWords {
  if (BigInt.asUintN(Number(ARCH_BITS), value) !== value) {
    throw new RangeError(`archEntryToPte: value must be from 0 to 2^62 - 1, got ${value}n`);
  }
  const type = value >> ARCH_TYPE_SHIFT;
  const offset = value & ARCH_OFFSET_MASK;
  const pte = BigInt.asUintN(64, (offset << PTE_OFFSET_SHIFT) | (type << PTE_TYPE_SHIFT));
  return { low: Number(pte & WORD_MASK), high: Number(pte >> WORD_BITS) };
}

/**
 * What pagemap shows for a swap-like PTE, special entries included.
 * @kernel pte_to_pagemap_entry in fs/proc/task_mmu.c
 * @example
 * ```ts
 * import { hex } from "@forkpath/abi";
 * import { pagemapOfSwap } from "@forkpath/swap";
 * console.log(hex(pagemapOfSwap(0x200, 0))); // 0x4600000000000020
 * ```
 */
export function pagemapOfSwap(low: number, high: number): bigint {
  const payload = (offsetOfPte(low, high) << PM_TYPE_BITS) | typeOfPte(low);
  return PM_SWAP | PM_SHIFT_OF_4K | (payload & PM_PAYLOAD_MASK);
}
