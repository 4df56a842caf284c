/**
 * What came out of a run: the state after, as changes, and how often what was done to get there.
 */
import type {
  BadEntry,
  ContPages,
  Hex,
  MmCounters,
  PteAt,
  SwapSlot,
  TableAt,
} from "./vector-state.ts";

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
