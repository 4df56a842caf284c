/**
 * What every path of mm works on: the one machine that its address spaces share.
 *
 * Nothing here is global: two machines run side by side. The fields that are `null` by default are
 * questions to the machine around mm, which a test or a vector may script.
 */
import { PTRS_PER_TABLE, pfn, type SwpEntry } from "@forkpath/abi";
import { createPageTables, type PageTables } from "@forkpath/page-table";
import { type AnonVmas, createAnonVmas, createMemMap, type MemMap } from "@forkpath/rmap";
import { createSwap, type SwapCachePages, type SwapState } from "@forkpath/swap";
import { createSync, makePoint, PointKind, type SchedulePoint, type Sync } from "@forkpath/sync";
import { type CommitAccount, type CommitOptions, createCommitAccount } from "./commit.ts";
import type { MappedFile } from "./file.ts";
import { ThpMode } from "./huge-pmd.ts";
import type { CopyVma } from "./vma.ts";

export interface MmEnv {
  readonly sync: Sync;
  readonly tables: PageTables;
  readonly map: MemMap;
  readonly swap: SwapState;
  readonly anonVmas: AnonVmas;
  readonly commit: CommitAccount;
  readonly splitPtlocks: boolean;
  /** Which areas get huge pages: none, unless told. */
  readonly thp: ThpMode;
  /** CPUs online; with one, unmap lets each page go at once. */
  readonly nrCpus: number;
  /** Every file that was ever mapped, by the id that struct page keeps. */
  readonly files: Map<number, MappedFile>;
  /** Frame number of a swap-cache page to its swap entry: page->private. */
  readonly swapEntryOf: Map<number, SwpEntry>;
  /** What the swap package may ask of pages; made at first use, see `swapCachePages`. */
  swapCachePages: SwapCachePages | null;
  nextMmId: number;
  nextFileId: number;
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

export interface MmEnvOptions {
  readonly splitPtlocks?: boolean;
  readonly thp?: ThpMode;
  readonly nrCpus?: number;
  /** Frames of the machine. */
  readonly memoryPages?: number;
  readonly zeroPfn?: number;
  readonly highestMemmapPfn?: number;
  readonly commit?: CommitOptions;
  readonly continuationFill?: number;
}

/** @kernel DEFAULT_MAX_MAP_COUNT in include/linux/sched.h */
const DEFAULT_MAX_MAP_COUNT = 65_530;

/**
 * A machine's memory with nothing in it.
 * @throws RangeError or TypeError when an option is out of range
 * @modelOnly the kernel's globals of mm/, as one object
 */
export function createMmEnv(options: MmEnvOptions = {}): MmEnv {
  const sync = createSync();
  const splitPtlocks = options.splitPtlocks ?? true;
  const { memoryPages = 2 ** 20, zeroPfn, highestMemmapPfn, continuationFill } = options;
  const map = createMemMap({
    pages: memoryPages,
    ...(zeroPfn === undefined ? {} : { zeroPfn: pfn(zeroPfn) }),
    ...(highestMemmapPfn === undefined ? {} : { highestMemmapPfn: pfn(highestMemmapPfn) }),
  });
  return {
    sync,
    tables: createPageTables({ splitPtlocks }),
    map,
    swap: createSwap(continuationFill === undefined ? {} : { continuationFill }),
    anonVmas: createAnonVmas(),
    commit: createCommitAccount(memoryPages, options.commit),
    splitPtlocks,
    thp: options.thp ?? ThpMode.NEVER,
    nrCpus: options.nrCpus ?? 4,
    files: new Map(),
    swapEntryOf: new Map(),
    swapCachePages: null,
    nextMmId: 1,
    nextFileId: 1,
    maxMapCount: DEFAULT_MAX_MAP_COUNT,
    trackPfnVmaCopy: null,
    badPtes: 0,
    batchPfns: new Int32Array(PTRS_PER_TABLE),
    ptePoint: makePoint(PointKind.STORE, map, "pte"),
  };
}
