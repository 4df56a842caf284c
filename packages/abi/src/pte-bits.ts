/**
 * Bits of a page-table entry on x86-64, as two 32-bit words (SPEC §2.2).
 *
 *     high word                          low word
 *     31  30        14 13            0   31              12 11       0
 *    [NX |  unused    |  pfn 20..33   ] [     pfn 0..19     |  flags  ]
 *
 * Three positions mean different things in different entries, and have two names each. What lies
 * outside the pfn field counts as flags, bits 14..31 of the high word too.
 * @example
 * ```ts
 * import { hex, Pte } from "@forkpath/abi";
 * console.log(hex(Pte.PRESENT | Pte.USER | Pte.ACCESSED)); // 0x25
 * ```
 */
export const Pte = {
  /** The processor finds a page, or a table, here. */
  PRESENT: 0x1,
  /** Writes pass. */
  RW: 0x2,
  /** User mode may use it. */
  USER: 0x4,
  /** Caching: write-through. */
  PWT: 0x8,
  /** Caching: disabled. */
  PCD: 0x10,
  /** The processor has used the entry since this was last cleared. */
  ACCESSED: 0x20,
  /** The processor has written through the entry since this was last cleared. */
  DIRTY: 0x40,
  /** In an entry that is not present: the rest is an offset in a file. */
  FILE: 0x40,
  /** In a pmd or pud: maps a huge page. In a pte: one bit of its caching attribute. */
  PSE: 0x80,
  /** A flush of one address space's TLB entries leaves this one. */
  GLOBAL: 0x100,
  /** In an entry whose PRESENT is clear: the page is there, but nobody may touch it. */
  PROTNONE: 0x100,
  /** Software bit of a pte: the frame has no struct page to count. */
  SPECIAL: 0x200,
  /** Software bit of a huge pmd: it is being split. */
  SPLITTING: 0x200,
  /** Software bit: the frame is a device's. */
  IOMAP: 0x400,
  /** Software bit that counts as dirty. */
  SOFTDIRTY: 0x800,
} as const;

/** Bits of the high word. */
export const PteHigh = {
  /** Fetching an instruction through the entry faults. */
  NX: 0x80000000,
} as const;
