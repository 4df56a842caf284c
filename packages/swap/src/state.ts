/**
 * What swapping keeps for the whole machine, and for each swap area (SPEC §0.5/3, §0.5/4).
 *
 * All of it is under the one `swapLock`, except the ring of mms under `mmlistLock`. Both are leaf
 * locks: their critical sections hold no schedule point, so the functions here are plain.
 */
import { type Pfn, rulesOf, type SwpEntry } from "@forkpath/abi";
import { createSpinLock, type SpinLock } from "@forkpath/sync";
import { createMmListNode, type MmListNode } from "./mmlist.ts";
import { type SwapRules, swapRules } from "./rules/book.ts";
import type { SwapLayout } from "./rules/swap-layout.ts";
import type { SwapBuild, SwapTypes } from "./rules/swap-types.ts";

/**
 * Flags of a swap area.
 * @kernel SWP_USED and others in include/linux/swap.h
 */
export const SwapFlag = {
  /** The area exists. */
  USED: 1,
  /** Slots may be given out: not set while the area is being swapped off. */
  WRITEOK: 2,
  /** The device is memory: a read is over at once. Kernel name: SWP_SYNCHRONOUS_IO. */
  SYNCHRONOUS: 16,
  /** Some stretch of the map has continuation pages. Kernel name: SWP_CONTINUED. */
  CONTINUED: 32,
} as const;

/** @kernel struct swap_info_struct in include/linux/swap.h */
export interface SwapArea {
  /** Number of the area, as entries name it. */
  readonly type: number;
  /** `SwapFlag`s, or-ed together; 0 after swapoff. */
  flags: number;
  /** Areas with a higher priority fill up first. */
  prio: number;
  /** Slots, the header included; 0 after swapoff, so that every offset is out of range. */
  max: number;
  /** One `SwapMap` byte a slot. */
  swapMap: Uint8Array;
  /** Chains of continuation pages by stretch of 4096 slots, lowest digit first. */
  readonly continuations: Map<number, Uint8Array[]>;
  /** No free slot lies below it. */
  lowestBit: number;
  /** No free slot lies above it. */
  highestBit: number;
  /** Usable slots: neither the header nor bad. */
  pages: number;
  /** Usable slots with a byte other than 0. */
  inusePages: number;
}

/** Swapping on one machine: what the kernel has in global variables. */
export interface SwapState {
  /** How the machine's own words read. */
  readonly layout: SwapLayout;
  /** The machine's own type numbers. */
  readonly types: SwapTypes;
  /** Index = type. An area that was swapped off leaves its place, which the next one takes. */
  readonly areas: SwapArea[];
  /** Areas that give out slots, highest priority first. */
  readonly active: SwapArea[];
  /** Guards areas, maps and the cache. */
  readonly swapLock: SpinLock;
  /** Guards the ring of mms. */
  readonly mmlistLock: SpinLock;
  /** Anchor of the ring of mms that swapoff searches. */
  readonly initMm: MmListNode;
  /**
   * Pages of the active areas less the slots in use of all areas: below 0 for a while when an
   * area that is nearly full is being swapped off.
   */
  nrSwapPages: number;
  /** Pages of the active areas. */
  totalSwapPages: number;
  /** Priority of the next area that asks for none. */
  leastPriority: number;
  /** The page that holds what the slot holds. An entry here has its HAS_CACHE bit set. */
  readonly cache: Map<SwpEntry, Pfn>;
  /** What a fresh continuation page is full of: the kernel does not zero it. */
  readonly continuationFill: number;
}

/** The release, and the build of the kernel. */
export interface SwapOptions {
  /** By default el6's. */
  readonly rules?: SwapRules;
  /** What the build has; by default all that the release can have. */
  readonly config?: SwapBuild;
  /** Byte that fresh continuation pages are full of (default 0x5a); no result depends on it. */
  readonly continuationFill?: number;
}

/**
 * A machine's swap without any area.
 * @modelOnly the kernel has these as globals of mm/swapfile.c, mm/swap_state.c and kernel/fork.c
 * @example
 * ```ts
 * import { addSwapArea, createSwap } from "@forkpath/swap";
 * const swap = createSwap();
 * addSwapArea(swap, { max: 8192 }); // slot 0 is the header
 * console.log(swap.nrSwapPages); // 8191
 * ```
 */
export function createSwap(options: SwapOptions = {}): SwapState {
  const { rules = rulesOf(swapRules, "el6"), config = {} } = options;
  return {
    layout: rules.swapLayout,
    types: rules.swapTypes(config),
    areas: [],
    active: [],
    swapLock: createSpinLock("swap_lock", "", "swap"),
    mmlistLock: createSpinLock("mmlist_lock", "", "mmlist"),
    initMm: createMmListNode(null, "init_mm"),
    nrSwapPages: 0,
    totalSwapPages: 0,
    leastPriority: 0,
    cache: new Map(),
    continuationFill: options.continuationFill ?? 0x5a,
  };
}
