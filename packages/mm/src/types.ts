/**
 * The structures that mm works on, as the kernel keeps them in mm_types.h. They name each other, so
 * they stand in one file, below everything else of the package.
 *
 *    MmEnv       the one machine that all address spaces share
 *    MmStruct    one address space: its page tables, its counters, its areas (SPEC §0.5/1, §5.3)
 *    Vma         one area: a run of pages that are treated alike
 *    MappedFile  what a mapping needs to know of a file
 *
 * Counts are pages unless the name says otherwise; addresses are bytes.
 */
import type { Pfn, SwpEntry, VirtAddr } from "@forkpath/abi";
import type { CounterRules, MmCounter, MmCounters } from "@forkpath/counters";
import type { PageTables, TableOwner } from "@forkpath/page-table";
import type { AnonVma, AnonVmaChain, AnonVmas, MemMap, RmapVma } from "@forkpath/rmap";
import type { MmListNode, SwapCachePages, SwapState } from "@forkpath/swap";
import type {
  KernelThread,
  PromiseTerms,
  RwSem,
  SchedulePoint,
  SpinLock,
  Sync,
} from "@forkpath/sync";
import type {
  CommitAccount,
  CopyVma,
  DriverFlags,
  FaultPage,
  FileFacts,
  HugeRule,
  LockKind,
  LruBatches,
  MigrationRule,
  MmFields,
  MmInit,
  MmLimits,
  MmUsage,
  MovesPageRule,
  MremapRule,
  Nodes,
  StackGuard,
  SwapInRule,
  ThpMode,
  UsageVma,
} from "./values.ts";

export {
  type CommitAccount,
  type CommitOptions,
  type CopyVma,
  type FaultCounts,
  type FaultPage,
  type HugeRule,
  type LockKind,
  type LruBatches,
  type MigrationRule,
  MMF_HAS_PINNED,
  type MmLayout,
  type MmLimits,
  type MmUsage,
  type MovesPageRule,
  type MremapRule,
  NOT_COUNTED,
  type Nodes,
  Overcommit,
  type SwapInRule,
  ThpMode,
  VM_FAULT_ERROR,
  VmFault,
} from "./values.ts";

/**
 * What differs between kernel releases, as this machine's kernel answers. One file a rule, in
 * rules/, with all answers side by side.
 */
export type CountedAs = (env: MmEnv, vma: CopyVma | undefined, low: number, high: number) => number;

/** May it promise `pages` more? `tell` hears of the terms. @kernel __vm_enough_memory */
export type MayPromise = (
  env: MmEnv,
  mm: MmStruct,
  pages: number,
  isAdmin: boolean,
  tell?: (terms: PromiseTerms) => void,
) => boolean;

/** What one release answers. */
export interface MmRules {
  /** The counter for pages of shmem and tmpfs. @kernel mm_counter_file */
  readonly shmemCounter: MmCounter;
  /** The counter that a page counts in that migrates, or NOT_COUNTED. @kernel copy_one_pte */
  readonly migrationCounter: CountedAs;
  /** The counter that a page counts in that went bad, or NOT_COUNTED. @kernel copy_one_pte */
  readonly poisonCounter: number;
  /** Must fork copy the area's entries? No fault could bring them back. @kernel vma_needs_copy */
  readonly needsCopy: (vma: CopyVma) => boolean;
  /** What an area is marked with whose entries a driver makes. */
  readonly driverFlags: DriverFlags;
  /** May the machine promise `pages` more, in mode 0? @kernel __vm_enough_memory */
  readonly overcommitGuess: MayPromise;
  /** The same in mode 2. They are charged already. @kernel __vm_enough_memory */
  readonly overcommitNever: MayPromise;
  /** Pages from which on a CPU adds to the total that strict mode reads; 0 for all at once. */
  readonly commitBatch: (nrCpus: number, totalRamPages: number) => number;
  /** What marks an anonymous page as its owner's alone: PageFlag.ANON_EXCLUSIVE, or 0. */
  readonly exclusiveFlag: number;
  /** When a write fault writes to an anonymous page in place. @kernel do_wp_page */
  readonly reuse: ReuseRule;
  /** Must fork copy the page at once, since direct I/O may hold it? @kernel copy_present_page */
  readonly mustCopyPinned: (env: MmEnv, src: MmStruct, pfn: number) => boolean;
  /** References that one pin takes. @kernel GUP_PIN_COUNTING_BIAS */
  readonly pinBias: number;
  /** Must a page be its process's alone before it is pinned, for reading too? */
  readonly unsharesPinned: (env: MmEnv, pfn: number) => boolean;
  /** May a forced write use the read-only entry? @kernel can_follow_write_pte */
  readonly mayFollowForced: (env: MmEnv, low: number, high: number, isCopied: boolean) => boolean;
  /** @kernel do_swap_page */
  readonly swapIn: SwapInRule;
  /** @kernel try_to_migrate_one, remove_migration_pte */
  readonly migration: MigrationRule;
  /** Does the copied entry put the child's mm on swapoff's ring? @kernel copy_nonpresent_pte */
  readonly joinsMmlist: (low: number) => boolean;
  /** How many pages of a file a read may map. @kernel fault_around_bytes */
  readonly faultAroundPages: number;
  /** Does a read that maps a dirty page writable make the entry dirty? @kernel set_pte_range */
  readonly mapsDirty: boolean;
  /** Is a table made for the last page of a disk's file alone? @kernel filemap_map_pages */
  readonly mapsLastAlone: boolean;
  /** Do faults that somebody else causes count for the owner of the memory? @kernel faultin_page */
  readonly countsRemoteFaults: boolean;
  /** Does a write to a private page of a file get its copy first? @kernel do_cow_fault */
  readonly copiesFirst: boolean;
  /** May a forced write go to read-only shared memory? @kernel check_vma_flags */
  readonly forcesShared: boolean;
  /** Does getting or faulting pages in mark them as used? @kernel FOLL_TOUCH */
  readonly gupTouches: boolean;
  /** Is a fresh anonymous page active? @kernel folio_add_lru_vma */
  readonly freshIsActive: boolean;
  /** Does MADV_PAGEOUT make entries old? @kernel madvise_cold_or_pageout_pte_range */
  readonly pageoutMakesOld: boolean;
  /** What madvise knows. @kernel madvise_behavior_valid */
  readonly advices: ReadonlySet<number>;
  /** How many pages wait in a CPU's batch for their list; 0 for none. @kernel PAGEVEC_SIZE */
  readonly lruBatch: number;
  /** May mprotect make the entry writable, in an area that is now? @kernel change_pte_range */
  readonly mayMakeWritable: (env: MmEnv, vma: Vma, low: number, high: number) => boolean;
  /** Huge pages. */
  readonly huge: HugeRule;
  /** Which areas each field of the usage counts, in their order. @kernel vm_stat_account */
  readonly usage: Readonly<Record<keyof MmUsage, (vma: UsageVma) => boolean>>;
  /** Can brk take back [start, end), in bytes? @kernel sys_brk */
  readonly shrinksHeap: (mm: MmStruct, start: number, end: number) => boolean;
  /** Does an area that mprotect makes read-only stay charged? @kernel mprotect_fixup */
  readonly keepsCharge: (vma: Pick<Vma, "file" | "anonVma">) => boolean;
  /** The flags of an area when it is locked or unlocked. @kernel mlock_fixup */
  readonly lockedFlags: (flags: number, lock: LockKind | "unlock") => number;
  /** What RLIMIT_MEMLOCK is asked for, and what locked_vm counts. */
  readonly lockAdds: {
    /** Do the pages of an area count that had these flags before? @kernel mlock_fixup */
    readonly isCounted: (oldFlags: number) => boolean;
    /** Pages of [start, end) that RLIMIT_MEMLOCK is asked for. @kernel do_mlock */
    readonly underLimit: (mm: MmStruct, start: number, end: number) => number;
  };
  /** When mlock brings the pages. @kernel do_mlock */
  readonly lockFills: "each area" | "at the end";
  /** @kernel sys_mlock and sys_mlock2 */
  readonly lockKinds: readonly LockKind[];
  /** Pages that a stack keeps free at its lower end, and below it. @kernel stack_guard_gap */
  readonly stackGuard: StackGuard;
  /** Does MAP_POPULATE bring the pages of such an area? @kernel populate_vma_page_range */
  readonly populates: (flags: number) => boolean;
  /** Does mprotect bring the pages of an area whose flags change so? @kernel mprotect_fixup */
  readonly protectFills: (oldFlags: number, flags: number) => boolean;
  /** What mmap asks before it unmaps what is in its way. @kernel mmap_region */
  readonly mapsOver: "unmaps first" | "asks limits first" | "asks all first";
  /** What mremap can do. */
  readonly mremap: MremapRule;
  /** What a new area's flags have besides: VmFlag.SOFTDIRTY or 0. @kernel mmap_region */
  readonly softDirty: number;
  /** May a fork take this ancestor's anon_vma for the child's area? @kernel anon_vma_clone */
  readonly anonVmaReuse: (anonVma: AnonVma) => boolean;
  /** MapFlag bits that mmap knows besides el6's. @kernel do_mmap */
  readonly laterMapFlags: number;
  /** What a new address space takes over. */
  readonly mmInit: MmInit;
  /** Does the heap become part of what lies right below its start? @kernel do_brk */
  readonly heapStart: "joins" | "apart";
  /** May `vma` take in a range with the links of `range`? @kernel is_mergeable_anon_vma */
  readonly takesOver: (vma: RmapVma, range: RmapVma) => boolean;
  /** Budget of one block of unmap, by preemption. @kernel ZAP_BLOCK_SIZE in mm/memory.c */
  readonly zapBlock: Readonly<Record<"voluntary" | "preempt", number>>;
  /** Lines of the log when the last reference goes; `dropper` names the thread. @kernel check_mm */
  readonly mmAlerts: (mm: MmStruct, dropper: string) => readonly string[];
  /** May a pte table go that DONTNEED has emptied for `bytes`? @kernel can_reclaim_pt */
  readonly mayFreeTable: (bytes: number) => boolean;
  /** When a fault in a file gets its pte table. @kernel finish_fault in mm/memory.c */
  readonly fileTable: "before the fault" | "for the page";
  /** What a fault locks first. @kernel lock_vma_under_rcu in mm/mmap_lock.c */
  readonly faultLock: "of all areas" | "of the area";
  /** VmFlag bits of areas that take no advice about huge pages. @kernel hugepage_madvise */
  readonly noHugeAdvice: number;
  /** Which pte tables mremap moves as a whole. @kernel move_normal_pmd in mm/mremap.c */
  readonly movesTables: "none" | "all used" | "first part unused";
  /** mremap makes a pud table for a pmd table. @kernel alloc_new_pud in mm/mremap.c */
  readonly makesPudTable: boolean;
  /** VmFlag bits that MADV_REMOVE wants of a mapping. @kernel madvise_remove in mm/madvise.c */
  readonly removesFrom: number;
  /** What MADV_WILLNEED answers for memory without a file. @kernel madvise_willneed */
  readonly willneedAnon: number;
  /** How long an address space holds its program file. @kernel mm->exe_file */
  readonly exeFile: "while mapped" | "until the end";
  /** Does fork forget an entry whose count has got its page? @kernel copy_pte_range */
  readonly forgetsEntry: boolean;
  /** What remap_file_pages makes of an area. @kernel sys_remap_file_pages in mm/mmap.c */
  readonly remapFilePages: "nonlinear" | "mapped anew";
  /** Do stacks of one process grow at once? @kernel lock_mm_and_find_vma in mm/mmap_lock.c */
  readonly stackGrowth: "many at once" | "one";
  /** @kernel add_page_for_migration in mm/migrate.c */
  readonly movesPage: MovesPageRule;
}

/** Whether an anonymous page is the writer's own. The page is no KSM page. */
export interface ReuseRule {
  /** For certain, so that nothing else is asked. */
  readonly isMarked: (map: MemMap, pfn: number) => boolean;
  /** Is it worth a lock? */
  readonly mayBeOurs: (env: MmEnv, pfn: Pfn, mm: MmStruct) => boolean;
  /** Whether the fault waits for the page's lock; else it copies at once. */
  readonly waitsForLock: boolean;
  /** Asked with the page locked; may take it out of the swap cache. */
  readonly isOurs: (env: MmEnv, pfn: Pfn) => boolean;
}

/**
 * One address space. `vmas` is sorted by address. The struct survives its last user for as long as
 * `mmCount` says (SPEC §5.3).
 */
export interface MmStruct extends TableOwner, MmFields {
  /** Number of the address space: the first of a machine has 1. */
  readonly id: number;
  /** Names this mm's locks and counters in traces: `mm3.mm`, `mm3.pt`. */
  readonly name: string;
  pgd: number;
  nrPtes: number;
  nrPmds: number;
  nrPuds: number;
  readonly pageTableLock: SpinLock;
  /** mmap_sem: guards the areas. */
  readonly mmapSem: RwSem;
  /** Rows of the tables deposited for huge pages, as a ring (SPEC §2.13): see huge/deposit.ts. */
  readonly pmdHugePte: number[];
  /** Its node in the ring of those that swapoff visits. */
  readonly mmlist: MmListNode;
  /** Its resident and swapped pages, and their peaks. */
  readonly counters: MmCounters;
  /** Its areas, by address. */
  readonly vmas: Vma[];
  /** The program's file; null once it is let go. */
  exeFile: MappedFile | null;
}

/** What a driver or file system can hook into. All of them are optional, as in the kernel. */
export interface VmOps {
  /** Of an area that the kernel made itself: `[vdso]`. */
  readonly name?: string;
  /** Pairs with `close`; called for the child's area even when its copy failed (D37). */
  open?(vma: Vma): void;
  /** Called when an area goes. */
  close?(vma: Vma): void;
  /** Absent in anonymous areas: that is how handle_mm_fault tells them. */
  fault?(env: MmEnv, vma: Vma, pgoff: number, limits: MmLimits): KernelThread<FaultPage>;
  /** A read may map neighbours that are in the page cache. @kernel map_pages */
  readonly mapsAround?: boolean;
  /** Asked before the first write through a shared mapping; a result code, 0 to go on. */
  pageMkwrite?(env: MmEnv, vma: Vma, pfn: number): KernelThread<number>;
}

/**
 * A virtual memory area. An address space keeps its areas in one array, sorted by address and
 * without overlap; the kernel's list and red-black tree are both that array.
 */
export interface Vma extends RmapVma {
  /** The address space that it is in. */
  mm: MmStruct;
  /** Bytes; half-open [start, end), page-aligned. */
  start: VirtAddr;
  /** The byte after the last. */
  end: VirtAddr;
  /** VmFlag bits: 33 of them, see `@forkpath/abi`. */
  flags: number;
  /** Offset in the file in pages; start / PAGE_SIZE for private anonymous memory. */
  pgoff: number;
  /** The protection word that a fresh entry gets: low and high half. */
  pageProtLow: number;
  /** High half of the protection word. */
  pageProtHigh: number;
  /** The file that it maps; null for none. */
  file: MappedFile | null;
  /** What a driver or file system does for it; null for anonymous memory. */
  ops: VmOps | null;
  /** The last truncation of `file` that is done with this area. @kernel vm_truncate_count */
  truncateCount: number;
  anonVma: AnonVma | null;
  readonly anonVmaChain: AnonVmaChain[];
}

/**
 * Inode and address_space in one; an open file is a reference to it. Shared anonymous memory and
 * tmpfs are files too, and their pages count as file pages (D33, no counter for shmem).
 */
export interface MappedFile extends FileFacts {
  /** Names the file in the `mapping` column of struct page: the id, shifted over the tag bits. */
  readonly id: number;
  /** Page cache: page index in the file to page frame number. */
  readonly pages: Map<number, Pfn>;
  /** Every linear mapping: the prio tree, kept in the order of insertion. */
  readonly iMmap: Set<Vma>;
  /** Every nonlinear mapping. */
  readonly iMmapNonlinear: Set<Vma>;
  /** Guards the lists of mappings. */
  readonly iMmapLock: SpinLock;
  /** How many mappings are VM_SHARED. */
  iMmapWritable: number;
  /** Writers of the inode; below 0 while executed (VM_DENYWRITE). */
  iWritecount: number;
  /** Truncations so far. */
  truncateCount: number;
  /** References held by mappings and by whoever opened the file. */
  count: number;
  /** Of shmem: page index in the file to the swap slot that has the page, where one has. */
  readonly swapped: Map<number, SwpEntry>;
  /** Shmem that is charged when a page is filled; other shmem is when it is made (SPEC §5.12/7). */
  readonly isChargedByPage: boolean;
  /** Pages that are promised to shmem, and un-charged with the last reference at the latest. */
  chargedPages: number;
  /** What a driver does to a new area, for 0 or a negative errno; null is a page-cache file. */
  mmap: ((vma: Vma) => number) | null;
}

/**
 * What every path of mm works on. Nothing is global: two machines run side by side. The fields that
 * are `null` by default are questions to the machine around mm, which a test or a vector may
 * script.
 */
export interface MmEnv {
  /** What its threads share. */
  readonly sync: Sync;
  /** What this machine's kernel does where releases differ. */
  readonly rules: MmRules;
  /** How the counters of its address spaces are kept. */
  readonly counterRules: CounterRules;
  /** Its page tables. */
  readonly tables: PageTables;
  /** Its frames. */
  readonly map: MemMap;
  /** Its swap areas. */
  readonly swap: SwapState;
  /** Its anon_vmas. */
  readonly anonVmas: AnonVmas;
  /** What it has promised. */
  readonly commit: CommitAccount;
  /** Whether each pte table has a lock of its own. */
  readonly splitPtlocks: boolean;
  /** Which areas get huge pages; by default none. */
  readonly thp: ThpMode;
  /** CPUs online; with one, unmap lets each page go at once. */
  readonly nrCpus: number;
  /** Which node each frame is on. */
  readonly nodes: Nodes;
  /** Every file that was ever mapped, by the id that struct page keeps. */
  readonly files: Map<number, MappedFile>;
  /** Frame number of a swap-cache page to its swap entry: page->private. */
  readonly swapEntryOf: Map<number, SwpEntry>;
  /** How many references to each frame sleeping threads hold: see page/in-flight.ts. */
  readonly inFlight: Map<number, number>;
  /** Null where a page is on its list at once. */
  readonly lru: LruBatches | null;
  /** What the swap package may ask of pages; made at first use, see `swapCachePages`. */
  swapCachePages: SwapCachePages | null;
  /** Address spaces that have a page directory, in the order in which they got it. */
  readonly spaces: Set<MmStruct>;
  /** Number of the next address space. */
  nextMmId: number;
  /** Number of the next file. */
  nextFileId: number;
  /** Areas that an address space may have: vm.max_map_count. */
  maxMapCount: number;
  /** Answers track_pfn_vma_copy for a PFN mapping; null answers 0. */
  trackPfnVmaCopy: ((vma: CopyVma) => number) | null;
  /** How many entries print_bad_pte has reported. */
  badPtes: number;
  /** Frames of one table's worth of entries, between the two halves of a batch. */
  readonly batchPfns: Int32Array;
  /** One step on entries and pages, as a scheduler sees it. */
  readonly ptePoint: SchedulePoint;
}
