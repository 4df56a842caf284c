/**
 * The state before a run: mappings, entries, pages and swap slots, as SCHEMA.md lists them.
 *
 * Addresses, entries, frame numbers and swap offsets are lower-case hex texts, since they need 64
 * bits; counts are numbers. A page-table entry that is not listed is 0, a swap slot that is not
 * listed has map byte 0.
 */

/** `0x` and up to 16 lower-case digits. */
export type Hex = string;

/** An entry of a page table, by the address that it maps. */
export interface PteAt {
  /** First byte of the page. */
  readonly addr: Hex;
  /** The entry, both words. */
  readonly pte: Hex;
}

/** An area of the parent. */
export interface VectorVma {
  /** First byte. */
  readonly start: Hex;
  /** Exclusive. */
  readonly end: Hex;
  /** Names of the flags that are set: `VM_READ`. */
  readonly flags: readonly string[];
  /** The same as one number. */
  readonly flagsValue: Hex;
  /** Whether an anon_vma is attached. */
  readonly anonVma: boolean;
  /** A label for people, with no effect. */
  readonly flavour: string;
}

/** A struct page that some entry reaches. */
export interface VectorPage {
  /** The page frame. */
  readonly pfn: Hex;
  /** The kernel's `_count`. */
  readonly count: number;
  /** Mappings: the kernel's _mapcount + 1. */
  readonly mapcount: number;
  /** False for a page of a file. */
  readonly anon: boolean;
  /** Whether KSM made it; then `anon` is true, too. */
  readonly ksm?: boolean;
}

/** Length of the chain of continuation pages behind the 4096 slots that begin at `head`. */
export interface ContPages {
  /** First slot of the 4096. */
  readonly head: Hex;
  /** Continuation pages in the chain. */
  readonly pages: number;
}

/** A swap file. */
export interface SwapDevice {
  /** Its number, from 0. */
  readonly type: number;
  /** Slots; an offset from here up is invalid. */
  readonly max: number;
  /** Chains that hang on its slots; absent is none. */
  readonly contPages?: readonly ContPages[];
}

/** One slot of a swap file. */
export interface VectorSlot {
  /** The swap file. */
  readonly type: number;
  /** The slot in it. */
  readonly offset: Hex;
  /** Raw byte: digit in the low 6 bits, 0x40 has cache, 0x80 continued. */
  readonly map: Hex;
  /** Digits in the continuation pages, up to and including the first one without 0x80. */
  readonly cont?: readonly Hex[];
  /** What the map byte says. */
  readonly state: "unused" | "in-use" | "bad" | "shmem";
  /** Decoded references, of a slot in use. */
  readonly count?: number;
  /** Whether the swap cache holds a slot in use. */
  readonly hasCache?: boolean;
}

/** Counters of an mm, in pages. */
export interface VectorCounters {
  /** `_file_rss`. */
  readonly fileRss: number;
  /** `_anon_rss`. */
  readonly anonRss: number;
  /** `_swap_usage`. */
  readonly swapUsage: number;
}

/** A page table that exists. */
export interface TableAt {
  /** What it is: a table of puds, pmds or ptes. */
  readonly level: "pud" | "pmd" | "pte";
  /** The first address that it covers. */
  readonly addr: Hex;
}

/**
 * A directory entry that no kernel writes, standing in a table of `level`, or the report of one.
 * SCHEMA.md does not name the field that holds the value, so any further field may, in hex.
 */
export interface VectorBadEntry {
  /** The table that the entry stands in. */
  readonly level: "pgd" | "pud" | "pmd";
  readonly [field: string]: string;
}

/** The parent's page tables and counters before the run. */
export interface VectorParent {
  /** All entries that are not 0, those outside the areas too. */
  readonly ptes: readonly PteAt[];
  /** Tables besides those that the entries imply. */
  readonly tables?: readonly TableAt[];
  /** Entries of upper tables that no kernel writes; absent is none. */
  readonly badEntries?: readonly VectorBadEntry[];
  /** Fork must leave them alone. */
  readonly counters: VectorCounters;
  /** High-water mark, in pages; absent is 0. */
  readonly hiwaterRss?: number;
}
