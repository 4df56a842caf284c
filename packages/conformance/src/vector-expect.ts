/**
 * What came out of a run: the state after, as changes, and how often what was done to get there.
 */
import type {
  ContPages,
  Hex,
  PteAt,
  TableAt,
  VectorBadEntry,
  VectorCounters,
  VectorSlot,
} from "./vector-state.ts";

/** A page whose counts changed. */
export interface PageAfter {
  /** The page frame. */
  readonly pfn: Hex;
  /** Its `_count` now. */
  readonly count: number;
  /** Its mappings now: the kernel's _mapcount + 1. */
  readonly mapcount: number;
  /** Times it was marked dirty. */
  readonly dirtied?: number;
  /** Times it was marked accessed. */
  readonly accessed?: number;
}

/** Acquisitions of each lock; a lock that was not taken is absent. */
export interface LockCounts {
  /** page_table_lock of the child. */
  readonly "dst.mm"?: number;
  /** page_table_lock of the parent. */
  readonly "src.mm"?: number;
  /** Locks of the child's pte tables, where locks are split. */
  readonly "dst.pt"?: number;
  /** Locks of the parent's pte tables, where locks are split. */
  readonly "src.pt"?: number;
  /** The lock of the list of mms that swapoff visits. */
  readonly mmlist?: number;
  /** The swap lock. */
  readonly swap?: number;
}

/** What both kinds of vector may tell of the state after. */
export interface StateAfter {
  /** Only pages that changed. */
  readonly pages: readonly PageAfter[];
  /** Only slots that changed. */
  readonly swap: readonly VectorSlot[];
  /** Only chains whose length changed. */
  readonly contPages?: readonly (ContPages & {
    /** The swap file. */
    readonly type: number;
  })[];
  /** The child's after a fork, the parent's after a zap. Pages. */
  readonly counters: VectorCounters;
  /** Pte tables of the same mm. */
  readonly nrPtes: number;
  /** Addresses that were reported as a bad page map. */
  readonly badPtes?: readonly Hex[];
  /** Entries of upper tables that were reported and cleared. */
  readonly badDirs?: readonly (string | VectorBadEntry)[];
}

/** What a run tells besides the state that it leaves. */
export interface VectorRun {
  /** How often each lock was taken. */
  readonly locks: LockCounts;
  /** The ordered trace, when it has at most 60 lines. */
  readonly events?: readonly string[];
}

/** What a fork does, by the reading of SCHEMA.md. */
export interface ForkExpect extends StateAfter, VectorRun {
  /** 0 or a negative errno. */
  readonly ret: number;
  /** One for each VMA, when there are several. */
  readonly rets?: readonly number[];
  /** All entries of the child that are not 0, by address; after a failure, what was left. */
  readonly childPtes: readonly PteAt[];
  /** Only entries that changed. */
  readonly parentPtes: readonly PteAt[];
  /** Whether the child joined the list of mms that swapoff visits. */
  readonly mmlistAdded: boolean;
  /** Tables of the child, by level. */
  readonly tables: {
    /** Number of pud tables. */
    readonly pud: number;
    /** Number of pmd tables. */
    readonly pmd: number;
    /** Number of pte tables. */
    readonly pte: number;
  };
  /** The child's tables, after a failure only. */
  readonly childTables?: readonly TableAt[];
  /** Allocator calls made, failed ones included. */
  readonly allocs: number;
  /** How often both pte locks were taken; each batch ends with a flush of counters. */
  readonly batches: number;
  /** How often a batch ended early because a poll answered true. */
  readonly lockBreaks: number;
  /** How often the copy asked whether to pause. */
  readonly polls: {
    /** Calls of need_resched. */
    readonly needResched: number;
    /** Calls of spin_needbreak for the parent's lock. */
    readonly needbreakSrc: number;
    /** Calls of spin_needbreak for the child's lock. */
    readonly needbreakDst: number;
  };
  /** One pair of MMU notifications for each COW area that was walked. */
  readonly notifier: readonly {
    /** First byte. */
    readonly start: Hex;
    /** The byte after the last. */
    readonly end: Hex;
  }[];
  /** Calls of track_pfn_vma_copy; absent is 0. */
  readonly trackPfnCalls?: number;
  /** Pages and slots that differ from the state before the fork, once the child has gone. */
  readonly afterChildExit?: StateAfter;
}

/** What a zap does, by the reading of SCHEMA.md. */
export interface ZapExpect extends StateAfter, VectorRun {
  /** Where zap_page_range says that it ended. */
  readonly endAddr: Hex;
  /** Only entries that changed: those that were cleared. */
  readonly parentPtes: readonly PteAt[];
  /** High-water mark of the parent after it, in pages. */
  readonly hiwaterRss: number;
  /** Frames whose count reached 0, in order. */
  readonly freedPages: readonly Hex[];
}
