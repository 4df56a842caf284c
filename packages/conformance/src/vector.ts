/**
 * A differential vector: one fork or one zap, the whole state before it, and what came out.
 *
 * SCHEMA.md says what each field means; the types say its shape.
 */
import type { ForkExpect, ZapExpect } from "./vector-expect.ts";
import type {
  Hex,
  PteAt,
  SwapDevice,
  VectorPage,
  VectorParent,
  VectorSlot,
  VectorVma,
} from "./vector-state.ts";

/** When a poll answers true: never, always, or at these calls, counted from 0. */
export type PollScript = "never" | "always" | readonly number[];

/** A swap slot's raw map byte, written from outside. */
export interface SwapMapWrite {
  /** The swap file. */
  readonly type: number;
  /** The slot in it. */
  readonly offset: Hex;
  /** The byte that stands there from then on. */
  readonly map: Hex;
}

/** What another CPU does inside the `atCondResched`-th cond_resched, counted from 0. */
export type Hook =
  | {
      /** When it happens. */
      readonly atCondResched: number;
      /** An entry of the parent, written from outside. */
      readonly setParentPte: PteAt;
    }
  | {
      /** When it happens. */
      readonly atCondResched: number;
      /** A byte of a swap map, written from outside. */
      readonly setSwapMap: SwapMapWrite;
    };

/** The build of the kernel, and what the rest of the machine does during the run. */
export interface VectorConfig {
  /** One lock for each pte table; false for one in each mm. */
  readonly splitPtlocks: boolean;
  /** What need_resched answers, call by call. */
  readonly resched: PollScript;
  /** What spin_needbreak answers for the parent's lock; absent is never. */
  readonly needbreakSrc?: PollScript;
  /** What spin_needbreak answers for the child's lock; absent is never. */
  readonly needbreakDst?: PollScript;
  /** Indices, from 0, of the allocator calls that fail; all kinds share one count. */
  readonly failAlloc: readonly number[] | null;
  /** What track_pfn_vma_copy answers; absent is 0. */
  readonly trackPfnRet?: number;
  /** What other CPUs do; absent is nothing. */
  readonly hooks?: readonly Hook[];
  /** Frame of the zero page. */
  readonly zeroPfn: Hex;
  /** The last frame with a struct page. */
  readonly highestMemmapPfn: Hex;
}

/** What every vector has. */
export interface VectorBase {
  /** Names the vector; no two in a file share it. */
  readonly id: string;
  /** Family; `alloc-failure/X` is a vector of family X with one allocation failing. */
  readonly shape: string;
  /** Of the generator that made it; it says nothing else. */
  readonly seed: number;
  /** What the run meets. */
  readonly config: VectorConfig;
  /** Areas of the parent, by address. */
  readonly vmas: readonly VectorVma[];
  /** Every struct page that an entry reaches. */
  readonly pages: readonly VectorPage[];
  /** The swap files; their types count from 0. */
  readonly swapDevices: readonly SwapDevice[];
  /** Slots that the run may meet; a slot that is not listed has map byte 0. */
  readonly swap: readonly VectorSlot[];
  /** The parent's tables and counters. */
  readonly parent: VectorParent;
}

/** copy_page_range for each area in order, up to the first failure. */
export interface ForkVector extends VectorBase {
  /** Tells it from a zap. */
  readonly kind: "fork";
  /** What comes out. */
  readonly expect: ForkExpect;
}

/** zap_page_range for one range of the parent. */
export interface ZapVector extends VectorBase {
  /** Tells it from a fork. */
  readonly kind: "zap";
  /** Unmaps `[start, end)` of `vmas[vma]` in the parent. */
  readonly zap: {
    /** Index of the area. */
    readonly vma: number;
    /** First byte. */
    readonly start: Hex;
    /** The byte after the last. */
    readonly end: Hex;
  };
  /** What comes out. */
  readonly expect: ZapExpect;
}

/** One line of a file; `kind` tells what is run. */
export type Vector = ForkVector | ZapVector;
