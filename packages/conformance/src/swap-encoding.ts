/**
 * The shape of swapencoding.json: bit layouts, predicates and the swap map's arithmetic as tables.
 *
 * In the file `entries` and `pteHelpers` are columns and rows; the loader gives each row its
 * column names, so that a test reads `row.pteFile` and not `row[12]`.
 */
import type { Hex } from "./vector-state.ts";

/** One (type, offset) pair, packed, turned into an entry of a page table, and back. */
export interface SwapEntryRow {
  /** Swap type, from 0 to 31. */
  readonly type: number;
  /** Offset within the type. */
  readonly offset: Hex;
  /** Arch-independent entry: type in the top bits. */
  readonly entry: Hex;
  /** swp_type of `entry`. */
  readonly swpType: number;
  /** swp_offset of `entry`. */
  readonly swpOffset: Hex;
  /** swp_entry_to_pte of `entry`. */
  readonly pte: Hex;
  /** pte_to_swp_entry of `pte`. */
  readonly backEntry: Hex;
  /** swp_type of `backEntry`. */
  readonly backType: number;
  /** swp_offset of `backEntry`. */
  readonly backOffset: Hex;
  /** False where the offset does not survive: from 2^55 up. */
  readonly roundTrip: boolean;
  /** pte_none of `pte`. */
  readonly pteNone: boolean;
  /** pte_present of `pte`. */
  readonly ptePresent: boolean;
  /** pte_file of `pte`. */
  readonly pteFile: boolean;
  /** is_swap_pte of `pte`. */
  readonly isSwapPte: boolean;
  /** is_migration_entry of `backEntry`. */
  readonly isMigration: boolean;
  /** is_write_migration_entry of `backEntry`. */
  readonly isWriteMigration: boolean;
  /** is_hwpoison_entry of `backEntry`. */
  readonly isHwpoison: boolean;
  /** non_swap_entry of `backEntry`. */
  readonly nonSwap: boolean;
  /** The entry after a write migration was turned into read: type 31 only, else null. */
  readonly madeReadEntry: Hex | null;
  /** The same as an entry of a page table; null where `madeReadEntry` is. */
  readonly madeReadPte: Hex | null;
}

/** One entry, what each predicate says of it (0 or 1), and what each helper makes of it. */
export interface PteHelperRow {
  /** The entry that is asked. */
  readonly pte: Hex;
  /** pte_none. */
  readonly none: 0 | 1;
  /** pte_present. */
  readonly present: 0 | 1;
  /** pte_file. */
  readonly file: 0 | 1;
  /** pte_dirty. */
  readonly dirty: 0 | 1;
  /** pte_young. */
  readonly young: 0 | 1;
  /** pte_write. */
  readonly write: 0 | 1;
  /** pte_huge. */
  readonly huge: 0 | 1;
  /** pte_global. */
  readonly global: 0 | 1;
  /** pte_exec. */
  readonly exec: 0 | 1;
  /** pte_special. */
  readonly special: 0 | 1;
  /** pte_pfn. */
  readonly pfn: Hex;
  /** pte_flags. */
  readonly flags: Hex;
  /** pte_mkclean of the entry. */
  readonly mkclean: Hex;
  /** pte_mkold of the entry. */
  readonly mkold: Hex;
  /** pte_wrprotect of the entry. */
  readonly wrprotect: Hex;
  /** pte_mkdirty of the entry. */
  readonly mkdirty: Hex;
  /** pte_mkyoung of the entry. */
  readonly mkyoung: Hex;
  /** pte_mkwrite of the entry. */
  readonly mkwrite: Hex;
  /** pte_mkspecial of the entry. */
  readonly mkspecial: Hex;
  /** pte_to_pgoff of the entry. */
  readonly toPgoff: Hex;
}

/** An offset of a nonlinear mapping, turned into an entry and back. */
export interface PgoffToPte {
  /** Offset in the file, in pages. */
  readonly pgoff: Hex;
  /** pgoff_to_pte of it. */
  readonly pte: Hex;
  /** pte_file of the entry. */
  readonly file: boolean;
  /** pte_present of the entry. */
  readonly present: boolean;
  /** pte_to_pgoff of the entry. */
  readonly back: Hex;
}

/** What is_cow_mapping answers for a mix of flags. */
export interface IsCowMapping {
  /** VM_SHARED is set. */
  readonly shared: boolean;
  /** VM_MAYWRITE is set. */
  readonly maywrite: boolean;
  /** VM_WRITE is set. */
  readonly write: boolean;
  /** The answer: private, and may become writable. */
  readonly cow: boolean;
}

/** What vm_normal_page makes of an entry in an area. */
export interface VmNormalPage {
  /** The entry has the special bit. */
  readonly special: boolean;
  /** Which frame it names. */
  readonly pfn: "zero" | "ordinary" | "highest" | "above-highest";
  /** The area has VM_PFNMAP. */
  readonly pfnmap: boolean;
  /** The area has VM_MIXEDMAP. */
  readonly mixedmap: boolean;
  /** Is there a struct page? */
  readonly page: boolean;
  /** Is it reported as a bad page map? */
  readonly badPte: boolean;
}

/** Whether fork walks the tables of an area. */
export interface CopyDecision {
  /** A flag name, or `none`. */
  readonly flag: string;
  /** The area has VM_SHARED. */
  readonly shared: boolean;
  /** An anon_vma is attached to the area. */
  readonly anonVma: boolean;
  /** Whether copy_page_range walks it. */
  readonly walked: boolean;
}

/** A slot's map byte, the digits behind it, and the length of its chain of pages. */
export interface SlotDigits {
  /** The raw byte of the map. */
  readonly map: Hex;
  /** Digits in the continuation pages, first page first. */
  readonly cont: readonly Hex[];
  /** Number of continuation pages. */
  readonly contPages: number;
}

/** One operation on the count of a slot. */
export interface SwapCount {
  /** With `-no-memory`, every allocation fails. */
  readonly op: "swap_duplicate" | "swap_duplicate-no-memory" | "swapcache_prepare" | "swap_free";
  /** The slot before it. */
  readonly before: SlotDigits;
  /** 0 or a negative errno. */
  readonly ret: number;
  /** The slot after it. */
  readonly after: SlotDigits;
  /** Allocator calls made, failed ones included. */
  readonly allocCalls: number;
}

/** Where an address lies in each table, and where the walk to `end` steps on. */
export interface WalkStep {
  /** The address. */
  readonly addr: Hex;
  /** Where the walk ends, exclusive. */
  readonly end: Hex;
  /** Entry of the page global directory. */
  readonly pgdIndex: number;
  /** Entry of the pud table. */
  readonly pudIndex: number;
  /** Entry of the pmd table. */
  readonly pmdIndex: number;
  /** Entry of the pte table. */
  readonly pteIndex: number;
  /** pgd_addr_end: the next boundary of a pgd entry, or `end`. */
  readonly pgdAddrEnd: Hex;
  /** pud_addr_end: the next boundary of a pud entry, or `end`. */
  readonly pudAddrEnd: Hex;
  /** pmd_addr_end: the next boundary of a pmd entry, or `end`. */
  readonly pmdAddrEnd: Hex;
}

/** Constants of the swap code, by the kernel's names. */
export interface SwapConstants {
  /** Swap files that there can be: types from here up mean something else. */
  readonly MAX_SWAPFILES: number;
  /** Type of an entry whose page is damaged. */
  readonly SWP_HWPOISON: number;
  /** Type of a read-only page that is being moved. */
  readonly SWP_MIGRATION_READ: number;
  /** Type of a writable page that is being moved. */
  readonly SWP_MIGRATION_WRITE: number;
  /** Bits of the type in an entry of a page table. */
  readonly SWP_TYPE_BITS: number;
  /** Lowest bit of the offset in an entry of a page table. */
  readonly SWP_OFFSET_SHIFT: number;
  /** Lowest bit of the type in an arch-independent entry. */
  readonly SWP_TYPE_SHIFT: number;
  /** The most that the first digit of a count can be. */
  readonly SWAP_MAP_MAX: Hex;
  /** Map byte of a slot that must stay unused. */
  readonly SWAP_MAP_BAD: Hex;
  /** Bit of a map byte: the swap cache holds the slot. */
  readonly SWAP_HAS_CACHE: Hex;
  /** The most that a digit in a continuation page can be. */
  readonly SWAP_CONT_MAX: Hex;
  /** Bit of a map byte: a continuation page has the next digit. */
  readonly COUNT_CONTINUED: Hex;
  /** Map byte of a slot that shared memory owns. */
  readonly SWAP_MAP_SHMEM: Hex;
  /** Bits of a physical address. */
  readonly PHYSICAL_MASK_SHIFT: number;
}

/** The whole file. */
export interface SwapEncoding {
  /** What the file is, in words. */
  readonly about: string;
  /** The constants that the tables were made with. */
  readonly constants: SwapConstants;
  /** Types and offsets, packed and unpacked. */
  readonly entries: readonly SwapEntryRow[];
  /** Entries of page tables, asked and changed. */
  readonly pteHelpers: readonly PteHelperRow[];
  /** Offsets of nonlinear mappings. */
  readonly pgoffToPte: readonly PgoffToPte[];
  /** Every mix of three flags. */
  readonly isCowMapping: readonly IsCowMapping[];
  /** Every mix of entry and area. */
  readonly vmNormalPage: readonly VmNormalPage[];
  /** Flag by flag. */
  readonly copyDecision: readonly CopyDecision[];
  /** Every map byte under each operation. */
  readonly swapCount: readonly SwapCount[];
  /** Addresses in the tables. */
  readonly walk: readonly WalkStep[];
}
