/**
 * The shape of swapencoding.json: bit layouts, predicates and the swap map's arithmetic as tables.
 *
 * In the file `entries` and `pteHelpers` are columns and rows; the loader gives each row its
 * column names, so that a test reads `row.pteFile` and not `row[12]`.
 */
import type { Hex } from "./vector-state.ts";

/** One (type, offset) pair, packed, turned into an entry of a page table, and back. */
export interface SwapEntryRow {
  readonly type: number;
  readonly offset: Hex;
  /** Arch-independent entry: type in the top bits. */
  readonly entry: Hex;
  readonly swpType: number;
  readonly swpOffset: Hex;
  readonly pte: Hex;
  readonly backEntry: Hex;
  readonly backType: number;
  readonly backOffset: Hex;
  /** False where the offset does not survive: from 2^55 up. */
  readonly roundTrip: boolean;
  readonly pteNone: boolean;
  readonly ptePresent: boolean;
  readonly pteFile: boolean;
  readonly isSwapPte: boolean;
  readonly isMigration: boolean;
  readonly isWriteMigration: boolean;
  readonly isHwpoison: boolean;
  readonly nonSwap: boolean;
  /** The entry after a write migration was turned into read: type 31 only, else null. */
  readonly madeReadEntry: Hex | null;
  readonly madeReadPte: Hex | null;
}

/** One entry, what each predicate says of it (0 or 1), and what each helper makes of it. */
export interface PteHelperRow {
  readonly pte: Hex;
  readonly none: 0 | 1;
  readonly present: 0 | 1;
  readonly file: 0 | 1;
  readonly dirty: 0 | 1;
  readonly young: 0 | 1;
  readonly write: 0 | 1;
  readonly huge: 0 | 1;
  readonly global: 0 | 1;
  readonly exec: 0 | 1;
  readonly special: 0 | 1;
  readonly pfn: Hex;
  readonly flags: Hex;
  readonly mkclean: Hex;
  readonly mkold: Hex;
  readonly wrprotect: Hex;
  readonly mkdirty: Hex;
  readonly mkyoung: Hex;
  readonly mkwrite: Hex;
  readonly mkspecial: Hex;
  readonly toPgoff: Hex;
}

export interface PgoffToPte {
  readonly pgoff: Hex;
  readonly pte: Hex;
  readonly file: boolean;
  readonly present: boolean;
  readonly back: Hex;
}

export interface IsCowMapping {
  readonly shared: boolean;
  readonly maywrite: boolean;
  readonly write: boolean;
  readonly cow: boolean;
}

export interface VmNormalPage {
  readonly special: boolean;
  readonly pfn: "zero" | "ordinary" | "highest" | "above-highest";
  readonly pfnmap: boolean;
  readonly mixedmap: boolean;
  /** Is there a struct page? */
  readonly page: boolean;
  /** Is it reported as a bad page map? */
  readonly badPte: boolean;
}

export interface CopyDecision {
  /** A flag name, or `none`. */
  readonly flag: string;
  readonly shared: boolean;
  readonly anonVma: boolean;
  readonly walked: boolean;
}

/** A slot's map byte, the digits behind it, and the length of its chain of pages. */
export interface SlotDigits {
  readonly map: Hex;
  readonly cont: readonly Hex[];
  readonly contPages: number;
}

export interface SwapCount {
  /** With `-no-memory`, every allocation fails. */
  readonly op: "swap_duplicate" | "swap_duplicate-no-memory" | "swapcache_prepare" | "swap_free";
  readonly before: SlotDigits;
  /** 0 or a negative errno. */
  readonly ret: number;
  readonly after: SlotDigits;
  readonly allocCalls: number;
}

/** Where an address lies in each table, and where the walk to `end` steps on. */
export interface WalkStep {
  readonly addr: Hex;
  readonly end: Hex;
  readonly pgdIndex: number;
  readonly pudIndex: number;
  readonly pmdIndex: number;
  readonly pteIndex: number;
  readonly pgdAddrEnd: Hex;
  readonly pudAddrEnd: Hex;
  readonly pmdAddrEnd: Hex;
}

export interface SwapConstants {
  readonly MAX_SWAPFILES: number;
  readonly SWP_HWPOISON: number;
  readonly SWP_MIGRATION_READ: number;
  readonly SWP_MIGRATION_WRITE: number;
  readonly SWP_TYPE_BITS: number;
  readonly SWP_OFFSET_SHIFT: number;
  readonly SWP_TYPE_SHIFT: number;
  readonly SWAP_MAP_MAX: Hex;
  readonly SWAP_MAP_BAD: Hex;
  readonly SWAP_HAS_CACHE: Hex;
  readonly SWAP_CONT_MAX: Hex;
  readonly COUNT_CONTINUED: Hex;
  readonly SWAP_MAP_SHMEM: Hex;
  readonly PHYSICAL_MASK_SHIFT: number;
}

export interface SwapEncoding {
  readonly about: string;
  readonly constants: SwapConstants;
  readonly entries: readonly SwapEntryRow[];
  readonly pteHelpers: readonly PteHelperRow[];
  readonly pgoffToPte: readonly PgoffToPte[];
  readonly isCowMapping: readonly IsCowMapping[];
  readonly vmNormalPage: readonly VmNormalPage[];
  readonly copyDecision: readonly CopyDecision[];
  readonly swapCount: readonly SwapCount[];
  readonly walk: readonly WalkStep[];
}
