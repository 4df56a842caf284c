/**
 * How the word of a present entry reads on its own machine (SPEC §2.2, L1).
 *
 *    since    frame of a PROT_NONE entry    dirty, and not writable
 *    el6      as it is                      bit 6
 *    rhel7    turned around, bit by bit     bit 6
 *    v4.4     as it is                      bit 6
 *    v4.14    turned around, bit by bit     bit 6
 *    v6.12    turned around, bit by bit     bit 58: SAVED_DIRTY
 *
 * The kernel moves the dirty bit from 6 to 58 whenever an entry loses its write bit, and back when
 * it gets it, so where the bit stands follows from the write bit. That is why the model keeps el6's
 * word everywhere, and no path asks for the release: a rule only says how the word reads.
 */
import type { Rule } from "@forkpath/abi";
import { Pte } from "../bits.ts";

/** The model's words and one machine's words, turned into each other. */
export interface PresentWords {
  /** The machine's word for a present entry of the model. */
  readonly show: (word: bigint) => bigint;
  /** The model's word for a present one of the machine. */
  readonly read: (word: bigint) => bigint;
}

const PRESENT = BigInt(Pte.PRESENT);
const RW = BigInt(Pte.RW);
const DIRTY = BigInt(Pte.DIRTY);
/** @kernel _PAGE_BIT_SAVED_DIRTY in arch/x86/include/asm/pgtable_types.h */
const SAVED_DIRTY = 1n << 58n;
/** Bits 12 to 51. @kernel PTE_PFN_MASK in arch/x86/include/asm/pgtable_types.h */
const FRAME = 0xf_ffff_ffff_f000n;

/** @kernel protnone_mask in arch/x86/include/asm/pgtable-invert.h */
const turn = (word: bigint): bigint => ((word & PRESENT) === 0n ? word ^ FRAME : word);

/** @kernel mksaveddirty_shift in arch/x86/include/asm/pgtable.h */
const save = (word: bigint): bigint =>
  (word & (DIRTY | RW)) === DIRTY ? (word & ~DIRTY) | SAVED_DIRTY : word;

/** @kernel clear_saveddirty_shift in arch/x86/include/asm/pgtable.h */
const restore = (word: bigint): bigint =>
  (word & SAVED_DIRTY) === 0n ? word : (word & ~SAVED_DIRTY) | DIRTY;

const same = (word: bigint): bigint => word;

const PLAIN = {
  does: "as the processor reads it",
  by: { show: same, read: same },
  source: "SPEC §2.2",
} as const;
const TURNED = {
  does: "PROT_NONE with its frame turned around",
  by: { show: turn, read: turn },
  source: "L1/8",
  first: "4.19 and stable releases",
} as const;

export const entryWords: Rule<PresentWords> = {
  decides: "how the word of a present entry reads",
  answers: [
    { since: "el6", ...PLAIN },
    { since: "rhel7", ...TURNED },
    { since: "v4.4", ...PLAIN },
    { since: "v4.14", ...TURNED },
    {
      since: "v6.12",
      does: "and the dirty bit of what is not writable saved in bit 58",
      by: { show: (word) => turn(save(word)), read: (word) => restore(turn(word)) },
      source: "L1/3",
      first: "6.6",
    },
  ],
};
