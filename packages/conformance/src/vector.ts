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
  SwapSlot,
  VectorPage,
  VectorParent,
  VectorVma,
} from "./vector-state.ts";

/** When a poll answers true: never, always, or at these calls, counted from 0. */
export type PollScript = "never" | "always" | readonly number[];

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
