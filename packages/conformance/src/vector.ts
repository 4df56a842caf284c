/**
 * A differential vector: one fork or one zap, the whole state before it, and what came out.
 *
 * SCHEMA.md says what each field means; the types say its shape. Addresses, entries, frame numbers
 * and swap offsets are lower-case hex texts, since they need 64 bits; counts are numbers. A page
 * table entry that is not listed is 0, a swap slot that is not listed has map byte 0.
 */

/** `0x` and up to 16 lower-case digits. */
export type Hex = string;

/** When a poll answers true: never, always, or at these calls, counted from 0. */
export type PollScript = "never" | "always" | readonly number[];

export interface PteAt {
  readonly addr: Hex;
  readonly pte: Hex;
}

/** A swap slot's raw map byte, written from outside. */
export interface SwapMapWrite {
  readonly type: number;
  readonly offset: Hex;
  readonly map: Hex;
}

/** What another CPU does inside the `atCondResched`-th cond_resched, counted from 0. */
export type Hook =
  | { readonly atCondResched: number; readonly setParentPte: PteAt }
  | { readonly atCondResched: number; readonly setSwapMap: SwapMapWrite };

export interface VectorConfig {
  readonly splitPtlocks: boolean;
  readonly resched: PollScript;
  readonly needbreakSrc?: PollScript;
  readonly needbreakDst?: PollScript;
  /** Indices, from 0, of the allocator calls that fail; all kinds share one count. */
  readonly failAlloc: readonly number[] | null;
  /** What track_pfn_vma_copy answers; absent is 0. */
  readonly trackPfnRet?: number;
  readonly hooks?: readonly Hook[];
  readonly zeroPfn: Hex;
  readonly highestMemmapPfn: Hex;
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

/** A page whose counts changed. */
export interface PageAfter {
  readonly pfn: Hex;
  readonly count: number;
  readonly mapcount: number;
  /** Times it was marked dirty. */
  readonly dirtied?: number;
  /** Times it was marked accessed. */
  readonly accessed?: number;
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

/** Acquisitions of each lock; a lock that was not taken is absent. */
export interface LockCounts {
  readonly "dst.mm"?: number;
  readonly "src.mm"?: number;
  readonly "dst.pt"?: number;
  readonly "src.pt"?: number;
  readonly mmlist?: number;
  readonly swap?: number;
}

/** What both kinds of vector may tell of the state after. */
export interface StateAfter {
  /** Only pages that changed. */
  readonly pages: readonly PageAfter[];
  /** Only slots that changed. */
  readonly swap: readonly SwapSlot[];
  /** Only chains whose length changed. */
  readonly contPages?: readonly (ContPages & { readonly type: number })[];
  readonly counters: MmCounters;
  readonly nrPtes: number;
  readonly badPtes?: readonly Hex[];
  readonly badDirs?: readonly (string | BadEntry)[];
}

/** What a run tells besides the state that it leaves. */
export interface RunReport {
  readonly locks: LockCounts;
  /** The ordered trace, when it has at most 60 lines. */
  readonly events?: readonly string[];
}

export interface ForkExpect extends StateAfter, RunReport {
  /** 0 or a negative errno. */
  readonly ret: number;
  /** One for each VMA, when there are several. */
  readonly rets?: readonly number[];
  readonly childPtes: readonly PteAt[];
  /** Only entries that changed. */
  readonly parentPtes: readonly PteAt[];
  readonly mmlistAdded: boolean;
  readonly tables: { readonly pud: number; readonly pmd: number; readonly pte: number };
  /** The child's tables, after a failure only. */
  readonly childTables?: readonly TableAt[];
  readonly allocs: number;
  readonly batches: number;
  readonly lockBreaks: number;
  readonly polls: {
    readonly needResched: number;
    readonly needbreakSrc: number;
    readonly needbreakDst: number;
  };
  readonly notifier: readonly { readonly start: Hex; readonly end: Hex }[];
  readonly trackPfnCalls?: number;
  /** Pages and slots that differ from the state before the fork, once the child has gone. */
  readonly afterChildExit?: StateAfter;
}

export interface ZapExpect extends StateAfter, RunReport {
  readonly endAddr: Hex;
  readonly parentPtes: readonly PteAt[];
  readonly hiwaterRss: number;
  /** Frames whose count reached 0, in order. */
  readonly freedPages: readonly Hex[];
}

interface VectorBase {
  readonly id: string;
  /** Family; `alloc-failure/X` is a vector of family X with one allocation failing. */
  readonly shape: string;
  readonly seed: number;
  readonly config: VectorConfig;
  readonly vmas: readonly VectorVma[];
  readonly pages: readonly VectorPage[];
  readonly swapDevices: readonly SwapDevice[];
  readonly swap: readonly SwapSlot[];
  readonly parent: VectorParent;
}

export interface ForkVector extends VectorBase {
  readonly kind: "fork";
  readonly expect: ForkExpect;
}

export interface ZapVector extends VectorBase {
  readonly kind: "zap";
  /** Unmaps `[start, end)` of `vmas[vma]` in the parent. */
  readonly zap: { readonly vma: number; readonly start: Hex; readonly end: Hex };
  readonly expect: ZapExpect;
}

export type Vector = ForkVector | ZapVector;
