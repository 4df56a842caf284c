/**
 * The state before a run: mappings, entries, pages and swap slots, as SCHEMA.md lists them.
 *
 * Addresses, entries, frame numbers and swap offsets are lower-case hex texts, since they need 64
 * bits; counts are numbers. A page-table entry that is not listed is 0, a swap slot that is not
 * listed has map byte 0.
 */

/** `0x` and up to 16 lower-case digits. */
export type Hex = string;

export interface PteAt {
  readonly addr: Hex;
  readonly pte: Hex;
}

export interface VectorVma {
  readonly start: Hex;
  /** Exclusive. */
  readonly end: Hex;
  readonly flags: readonly string[];
  readonly flagsValue: Hex;
  readonly anonVma: boolean;
  /** A label for people, with no effect. */
  readonly flavour: string;
}

export interface VectorPage {
  readonly pfn: Hex;
  readonly count: number;
  /** Mappings: the kernel's _mapcount + 1. */
  readonly mapcount: number;
  readonly anon: boolean;
  readonly ksm?: boolean;
}

/** Length of the chain of continuation pages behind the 4096 slots that begin at `head`. */
export interface ContPages {
  readonly head: Hex;
  readonly pages: number;
}

export interface SwapDevice {
  readonly type: number;
  /** Slots; an offset from here up is invalid. */
  readonly max: number;
  readonly contPages?: readonly ContPages[];
}

export interface SwapSlot {
  readonly type: number;
  readonly offset: Hex;
  /** Raw byte: digit in the low 6 bits, 0x40 has cache, 0x80 continued. */
  readonly map: Hex;
  /** Digits in the continuation pages, up to and including the first one without 0x80. */
  readonly cont?: readonly Hex[];
  readonly state: "unused" | "in-use" | "bad" | "shmem";
  /** Decoded references, of a slot in use. */
  readonly count?: number;
  readonly hasCache?: boolean;
}

export interface MmCounters {
  readonly fileRss: number;
  readonly anonRss: number;
  readonly swapUsage: number;
}

export interface TableAt {
  readonly level: "pud" | "pmd" | "pte";
  readonly addr: Hex;
}

/**
 * A directory entry that no kernel writes, standing in a table of `level`, or the report of one.
 * SCHEMA.md does not name the field that holds the value, so any further field may, in hex.
 */
export interface BadEntry {
  readonly level: "pgd" | "pud" | "pmd";
  readonly [field: string]: string;
}

export interface VectorParent {
  readonly ptes: readonly PteAt[];
  /** Tables besides those that the entries imply. */
  readonly tables?: readonly TableAt[];
  readonly badEntries?: readonly BadEntry[];
  readonly counters: MmCounters;
  /** High-water mark, in pages; absent is 0. */
  readonly hiwaterRss?: number;
}
