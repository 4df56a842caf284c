/**
 * Values that the structures of mm hold, and what faults answer: and plain records of them, below
 * everything else of the package.
 */
import type { Pfn, VirtAddr } from "@forkpath/abi";

/** @kernel OVERCOMMIT_GUESS, OVERCOMMIT_ALWAYS, OVERCOMMIT_NEVER in include/linux/mman.h */
export const Overcommit = {
  /** What is obviously too much is refused. */
  GUESS: 0,
  /** Nothing is refused. */
  ALWAYS: 1,
  /** What exceeds the commit limit is refused. */
  NEVER: 2,
} as const;
export type Overcommit = (typeof Overcommit)[keyof typeof Overcommit];

/** In place of a counter: what counts nowhere. */
export const NOT_COUNTED = -1;

/**
 * Bits of `MmStruct.flags` besides those of core dumps. @kernel MMF_* in include/linux/mm_types.h
 */
export const MmFlag = {
  DISABLE_THP_EXCEPT_ADVISED: 0x800000,
  DISABLE_THP: 0x1000000,
  /** Memory is never both writable and executable. */
  HAS_MDWE: 0x10000000,
  /** A child does not take HAS_MDWE over. */
  HAS_MDWE_NO_INHERIT: 0x20000000,
} as const;

/** Which areas get huge pages. @kernel TRANSPARENT_HUGEPAGE_* in include/linux/huge_mm.h */
export const ThpMode = {
  /** None. */
  NEVER: "never",
  /** Those that madvise(MADV_HUGEPAGE) was called for. */
  MADVISE: "madvise",
  /** All private anonymous memory. */
  ALWAYS: "always",
} as const;
export type ThpMode = (typeof ThpMode)[keyof typeof ThpMode];

/**
 * In `MmStruct.flags`: pages were pinned here once. @kernel MMF_HAS_PINNED in
 * include/linux/mm_types.h
 */
export const MMF_HAS_PINNED: number = 2 ** 27;

/**
 * What a page fault answers: bits, of which an error replaces all others (SPEC §9.1).
 *
 * 0 is a minor fault, handled, or one that the processor simply takes again.
 */
export const VmFault = {
  /** There is no memory for it. */
  OOM: 0x1,
  /** The file ends before the page. */
  SIGBUS: 0x2,
  /** Of later kernels: a guard page is there. */
  SIGSEGV: 0x40,
  /** The page came from disk. */
  MAJOR: 0x4,
  /** A write fault made the page this mapping's own, or found that it was. */
  WRITE: 0x8,
  /** The page is damaged. */
  HWPOISON: 0x10,
  /** The page is damaged, and a huge one of the pool. */
  HWPOISON_LARGE: 0x20,
  /** The handler installed the entry itself. */
  NOPAGE: 0x100,
  /** The handler hands its page over locked. */
  LOCKED: 0x200,
  /** mmap_sem was let go, to wait for a page: look the address up again. */
  RETRY: 0x400,
} as const;
export type VmFault = (typeof VmFault)[keyof typeof VmFault];

/** Codes after which the access cannot be done. @kernel VM_FAULT_ERROR in include/linux/mm.h */
export const VM_FAULT_ERROR: number =
  VmFault.OOM | VmFault.SIGBUS | VmFault.SIGSEGV | VmFault.HWPOISON | VmFault.HWPOISON_LARGE;

/** How a swapped page comes back. */
export interface SwapInRule {
  /** Past the swap cache, from a device that is memory, if no other entry names the slot. */
  readonly skipsCache: boolean;
  /** The entry remembers whether the page was exclusive. */
  readonly asksMark: boolean;
  /** A read makes the entry of an exclusive page writable, too. */
  readonly writesOnRead: boolean;
  /** The fault marks the page of a locked area as Mlocked, even one that was just read. */
  readonly locksFresh: boolean;
}

/** What mremap can do. */
export interface MremapRule {
  /** Mremap bits that there are. @kernel sys_mremap */
  readonly flags: number;
  /** May the area stay, empty, where its pages were moved from? @kernel vma_to_resize */
  readonly mayStay: (vma: { readonly flags: number; readonly file: object | null }) => boolean;
  /** How many areas one call can move. @kernel remap_move */
  readonly areas: "one" | "several";
  /** Must something be mapped at the start, though the call only cuts off the end? */
  readonly needsStart: boolean;
  /** Does locked memory that moves count once more, where the old range stays? */
  readonly locksTwice: boolean;
  /** Does an area that grows in place become one with the next? @kernel vma_merge_extend */
  readonly growthMerges: boolean;
  /** Are limits asked even for what becomes no longer? @kernel vma_to_resize */
  readonly asksSameLength: boolean;
}

/** What a page takes along when it moves. */
export interface MigrationRule {
  /** A page in swap cache gets swap entries instead of migration entries. */
  readonly leavesSwapCache: boolean;
  /** Entries come back as young and as dirty as they were. */
  readonly keepsAge: boolean;
}

/** Where the program image lies, for /proc and brk. Bytes. */
export interface MmLayout {
  /** Start of the text. */
  startCode: number;
  /** End of the text. */
  endCode: number;
  /** Start of the data. */
  startData: number;
  /** End of the data. */
  endData: number;
  /** Where the heap begins. */
  startBrk: number;
  /** Where the heap ends now. */
  brk: number;
  /** Where the program found its stack. */
  startStack: number;
  /** Start of the arguments. */
  argStart: number;
  /** End of the arguments. */
  argEnd: number;
  /** Start of the environment. */
  envStart: number;
  /** End of the environment. */
  envEnd: number;
  /** Where mmap begins its search for a place. */
  mmapBase: number;
}

/** How memory is promised: the sysctls. */
export interface CommitOptions {
  /** vm.overcommit_memory; by default GUESS. */
  readonly mode?: Overcommit;
  /** Percent of RAM that mode 2 allows. */
  readonly ratio?: number;
  /** kB that mode 2 allows instead, unless 0. */
  readonly overcommitKb?: number;
  /** kB kept back from processes without CAP_SYS_ADMIN. */
  readonly adminReserveKb?: number;
  /** kB that mode 2 keeps back from one process, in kernels that have the sysctl. */
  readonly userReserveKb?: number;
  /** Pages that the allocator keeps for itself. */
  readonly totalReservePages?: number;
  /** Pages of slab that could be had back: mode 0 counts them as free. */
  readonly reclaimableSlabPages?: number;
}

/** What one machine may promise, and has. */
export interface CommitAccount extends Required<CommitOptions> {
  /** Pages of RAM. */
  readonly totalRamPages: number;
  /** Pages promised: vm_committed_as, parts of CPUs included. */
  committed: number;
  /** Pages from which on a CPU adds to the total that strict mode reads; 0 for all at once. */
  readonly batch: number;
  /** What of that each CPU still keeps to itself, and strict mode does not see. */
  readonly parts: Int32Array;
}

/** Where the faults of a task are counted. */
export interface FaultCounts {
  /** Faults without a read. */
  minFlt: number;
  /** Faults with one. */
  majFlt: number;
}

/**
 * The calling task: its resource limits, in bytes, two capabilities, and its count of faults. They
 * belong to the task and not to the address space, so each system call gets them from its caller.
 */
export interface MmLimits {
  /** RLIMIT_AS. */
  readonly addressSpace: number;
  /** RLIMIT_DATA. */
  readonly data: number;
  /** RLIMIT_STACK. */
  readonly stack: number;
  /** RLIMIT_MEMLOCK. */
  readonly memlock: number;
  /** CAP_SYS_ADMIN: the admin's reserve is there for this caller. */
  readonly isAdmin: boolean;
  /** CAP_IPC_LOCK: RLIMIT_MEMLOCK does not apply. */
  readonly mayLockAll: boolean;
  /** Its faults count here; null for a caller whose faults are nobody's to know. */
  readonly faults: FaultCounts | null;
}

/** Pages on their way to their lists, by CPU; each has a reference. @kernel struct cpu_fbatches */
export interface LruBatches {
  /** A batch that is full goes to its list. */
  readonly size: number;
  /** Fresh pages. @kernel lru_add */
  readonly add: readonly Pfn[][];
  /** Pages that MADV_FREE takes the swap behind them from. @kernel lru_lazyfree */
  readonly lazyfree: readonly Pfn[][];
  /** Pages that were used a second time. @kernel lru_activate */
  readonly activate: readonly Pfn[][];
}

/** VmFlag bits of areas that drivers fill. */
export interface DriverFlags {
  /** Raw frames. */
  readonly frames: readonly number[];
  /** Raw frames or pages. */
  readonly mixed: readonly number[];
  /** Pages that have a struct page. */
  readonly pages: readonly number[];
}

/**
 * Usage in pages, kept by the calls that map and unmap. dup_mm copies it unlocked (D36, torn
 * totals).
 */
export interface MmUsage {
  /** All areas. */
  totalVm: number;
  /** Areas that map a file; 0 on later kernels. */
  sharedVm: number;
  /** Text: areas that can be run, and not written. */
  execVm: number;
  /** Areas that can grow, as stacks do. */
  stackVm: number;
  /** Areas of drivers; 0 on later kernels. */
  reservedVm: number;
  /** Only later kernels count it: see rules/usage.ts. */
  dataVm: number;
}

/** Fields of an address space that name none of the other structures. */
export interface MmFields {
  /** How many collapses are under way: khugepaged holds the struct, and no user of it. */
  collapses: number;
  /** How many of its users are a swapoff that looks for pages of its area. */
  swapoffs: number;
  /** Tasks that use it, and others that hold its memory: mm_users. */
  mmUsers: number;
  /** Holds on the struct; all of `mmUsers` are one. */
  mmCount: number;
  /** Its mapped pages, by kind. */
  readonly usage: MmUsage;
  /** Where its program lies. */
  readonly layout: MmLayout;
  /** Pages of locked areas. */
  lockedVm: number;
  /** VmFlag bits that every new area gets: of mlockall, and of prctl. */
  defFlags: number;
  /** Dumpable and core-dump filter bits; SPEC §5.4 says which are inherited. */
  flags: number;
  /** How many there are, as the kernel counts. */
  mapCount: number;
  /** Bytes: where the search for a hole begins. */
  freeAreaCache: number;
  /** Bytes: the largest hole that the search has passed over below it. */
  cachedHoleSize: number;
  /** Areas that map it: at 0 it is let go, where the release counts. */
  numExeFileVmas: number;
  /** A core dump is in progress. */
  coreState: boolean;
  /** Format of the program; null before exec. */
  binfmt: string | null;
  /** Of the swap token, which the model does not have: fork sets it to 0. */
  tokenPriority: number;
  /** Of the swap token likewise. */
  lastInterval: number;
  /** Tasks in it that the OOM killer leaves alone. */
  oomDisableCount: number;
}

/** What a file is, whatever maps it. */
export interface FileFacts {
  /** What it is called. */
  readonly path: string;
  /** Number of its inode, for /proc. */
  readonly inode: number;
  /** Length in pages: a fault past it is SIGBUS. */
  sizePages: number;
  /** True for shmem and tmpfs, and so for MAP_SHARED | MAP_ANONYMOUS. */
  readonly isShmem: boolean;
  /** True where dirty pages are accounted, so that shared writable mappings want write faults. */
  readonly accountsDirty: boolean;
}

/** Pages that a stack keeps free. */
export interface StackGuard {
  /** Pages of the area itself. */
  readonly ownPages: 0 | 1;
  /** Pages below the area. */
  readonly gapPages: number;
}

/** Which areas a field of the usage counts. */
export interface UsageVma {
  /** VmFlag bits. */
  readonly flags: number;
  /** Whether it maps a file. */
  readonly hasFile: boolean;
}

/** What becomes of pages that are locked: brought at once, or locked when they come. */
export type LockKind = "lock" | "lock on fault";

/** What a new address space takes over, and what prctl can do about its huge pages. */
export interface MmInit {
  /** MmStruct.flags that it takes over. @kernel mm_init in kernel/fork.c */
  readonly flags: number;
  /** Of `defFlags`, what it takes over. @kernel mm_init in kernel/fork.c */
  readonly defFlags: number;
  /** @kernel PR_SET_THP_DISABLE in kernel/sys.c */
  readonly noHugePages: "never" | "in new areas" | "in all areas" | "unless advised";
}

/** Huge pages, as a release has them: see rules/huge.ts. */
export interface HugeRule {
  /** Their frames have users of their own: large folios, in place of compound pages. */
  readonly isLarge: boolean;
  /** A read of memory that has none maps the huge page of zeroes. */
  readonly hasZeroPage: boolean;
  /** What a write to the huge page of zeroes gets. @kernel do_huge_zero_wp_pmd */
  readonly zeroWrite: "huge" | "small";
  /**
   * When a write reuses a part that is mapped by an entry: if it is all that is left of the folio,
   * or if one address space has all of the folio. @kernel wp_can_reuse_anon_folio
   */
  readonly reusesParts: "never" | "last" | "all";
  /** Are the parts of a dirty pmd dirty? The page is. @kernel __split_huge_pmd_locked */
  readonly cutsDirty: boolean;
  /** May MADV_HUGEPAGE be given again, and MADV_NOHUGEPAGE? @kernel hugepage_madvise */
  readonly repeatsAdvice: boolean;
  /** Must one entry at least be writable, for a collapse? @kernel hpage_collapse_scan_pmd */
  readonly collapsesWritable: boolean;
  /**
   * Does advice ask whether others map the folio, or only whether they map the page that it came
   * to? @kernel folio_maybe_mapped_shared
   */
  readonly asksForFolio: boolean;
  /** Does a split map the zero page for zeroes? @kernel try_to_map_unused_to_zeropage */
  readonly dropsZeroes: boolean;
}

/** A page that `fault` found, or NO_PFN and the fault code that says why not. */
export interface FaultPage {
  /** The page frame, or NO_PFN. */
  readonly pfn: Pfn;
  /** VmFault bits. */
  readonly code: number;
}

/** What a copy or an unmap reads of an area. */
export interface CopyVma {
  /** First byte. */
  readonly start: VirtAddr;
  /** The byte after the last. */
  readonly end: VirtAddr;
  /** VmFlag bits. */
  readonly flags: number;
  /** The anon_vma that is attached; only whether there is one is asked. */
  readonly anonVma: object | null;
  /** The file that it maps; of entries that are moved about, only its kind is asked. */
  readonly file?: {
    /** Whether it is shmem or of tmpfs. */
    readonly isShmem: boolean;
  } | null;
}

/** What move_pages finds where no page is mapped. */
export interface MovesPageRule {
  /** What it says of an empty entry of anonymous memory. */
  readonly anonHole: number;
  /** Whether it sees a page that PROT_NONE keeps from its process. */
  readonly seesProtnone: boolean;
}

/** Parts of the memory that are near to different CPUs. */
export interface Nodes {
  /** How many. */
  readonly count: number;
  /** The node of each frame that is on another than node 0. Of free frames it says nothing. */
  readonly away: Map<number, number>;
}
