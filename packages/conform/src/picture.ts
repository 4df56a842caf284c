/**
 * A picture of what a run can change: page counts, swap slots, continuation chains, entries.
 *
 * The vectors list what changed, so two pictures are compared; nothing is taken from the vector's
 * own list of pages and slots, lest a change elsewhere go unseen.
 */
import type { ContPages, PageAfter, PteAt, SwapSlot } from "@forkpath/conformance";
import type { MmEnv, MmStruct } from "@forkpath/mm";
import { forEachPte, formatPte } from "@forkpath/page-table";
import { peekSlot, SwapMap, type SwapState, slotState, swapCount } from "@forkpath/swap";
import { type EventLog, eventsOf } from "./event-log.ts";
import { toHex, toHexByte } from "./hex.ts";

/** Slots of one stretch share a chain of continuation pages. */
const SLOTS_PER_CHAIN = 4096;

export interface Picture {
  readonly count: Int32Array;
  readonly mapcount: Int32Array;
  /** Slots other than unused ones, by type and offset. */
  readonly slots: ReadonlyMap<string, SwapSlot>;
  /** Chains of continuation pages, by type and first slot. */
  readonly chains: ReadonlyMap<string, ContPages & { readonly type: number }>;
}

export const takePicture = ({ map, swap }: MmEnv): Picture => ({
  count: map.count.slice(),
  mapcount: map.mapcount.slice(),
  slots: slotsOf(swap),
  chains: chainsOf(swap),
});

/** Pages whose counts differ from the picture, or that `log` says were marked; by frame number. */
export function changedPages(env: MmEnv, before: Picture, log: EventLog): PageAfter[] {
  const { count, mapcount } = env.map;
  const marks = marksOf(log);
  const frames = new Set([...recountedFrames(env, before), ...marks.keys()]);
  return [...frames]
    .toSorted((a, b) => a - b)
    .map((frame) => ({
      pfn: toHex(frame),
      count: count[frame],
      mapcount: mapcount[frame],
      ...marks.get(frame),
    }));
}

/** Slots that differ from the picture, by type and offset. */
export function changedSlots({ swap }: MmEnv, before: Picture): SwapSlot[] {
  const now = slotsOf(swap);
  const keys = new Set([...before.slots.keys(), ...now.keys()]);
  return [...keys]
    .filter((key) => !isSameSlot(before.slots.get(key), now.get(key)))
    .map((key) => now.get(key) ?? unused(before.slots.get(key) as SwapSlot))
    .toSorted((a, b) => a.type - b.type || Number(a.offset) - Number(b.offset));
}

/** Chains of continuation pages that grew. */
export const changedChains = (
  { swap }: MmEnv,
  before: Picture,
): (ContPages & { readonly type: number })[] =>
  [...chainsOf(swap)]
    .filter(([key, { pages }]) => pages !== (before.chains.get(key)?.pages ?? 0))
    .map(([, chain]) => chain);

/** Every entry of an address space that is not none, by address. */
export function ptesOf({ tables }: MmEnv, mm: MmStruct): PteAt[] {
  const ptes: PteAt[] = [];
  forEachPte(tables, mm.pgd, (addr, _cell, low, high) => {
    ptes.push({ addr: toHex(addr), pte: formatPte(low, high) });
  });
  return ptes;
}

/** Entries of `now` that differ from `before`, and those that are gone, as 0; by address. */
export function changedPtes(before: readonly PteAt[], now: readonly PteAt[]): PteAt[] {
  const old = new Map(before.map(({ addr, pte }) => [addr, pte]));
  const left = new Set(now.map(({ addr }) => addr));
  const changed = now.filter(({ addr, pte }) => old.get(addr) !== pte);
  const gone = before
    .filter(({ addr }) => !left.has(addr))
    .map(({ addr }) => ({ addr, pte: "0x0" }));
  return [...changed, ...gone].toSorted((a, b) => Number(a.addr) - Number(b.addr));
}

/** All frames of the machine are looked at: the columns are locals because they are long. */
function recountedFrames({ map: { count, mapcount } }: MmEnv, before: Picture): number[] {
  const { count: oldCount, mapcount: oldMapcount } = before;
  const frames: number[] = [];
  for (let frame = 0; frame < count.length; frame++) {
    if (count[frame] !== oldCount[frame] || mapcount[frame] !== oldMapcount[frame]) {
      frames.push(frame);
    }
  }
  return frames;
}

type Marks = { dirtied?: number; accessed?: number };

function marksOf(log: EventLog): Map<number, Marks> {
  const marks = new Map<number, Marks>();
  for (const { what, pfn } of eventsOf(log, "page")) {
    if (what !== "dirtied" && what !== "accessed") continue;
    const marked = marks.get(pfn) ?? {};
    marked[what] = (marked[what] ?? 0) + 1;
    marks.set(pfn, marked);
  }
  return marks;
}

function slotsOf(swap: SwapState): Map<string, SwapSlot> {
  const slots = new Map<string, SwapSlot>();
  for (const { type, swapMap } of swap.areas) {
    for (let offset = 0; offset < swapMap.length; offset++) {
      if (swapMap[offset] !== 0) slots.set(`${type}:${offset}`, slotAt(swap, type, offset));
    }
  }
  return slots;
}

function slotAt(swap: SwapState, type: number, offset: number): SwapSlot {
  const { byte, digits } = peekSlot(swap, type, offset);
  const state = slotState(byte);
  return {
    type,
    offset: toHex(offset),
    map: toHexByte(byte),
    state,
    ...(digits.length > 0 && { cont: digits.map(toHexByte) }),
    ...(state === "in-use" && { count: swapCount(swap, type, offset) }),
    ...((byte & SwapMap.HAS_CACHE) !== 0 && { hasCache: true }),
  };
}

const unused = ({ type, offset }: SwapSlot): SwapSlot => ({
  type,
  offset,
  map: "0x00",
  state: "unused",
});

const isSameSlot = (a: SwapSlot | undefined, b: SwapSlot | undefined): boolean =>
  a?.map === b?.map && a?.cont?.join() === b?.cont?.join();

function chainsOf(swap: SwapState): Map<string, ContPages & { readonly type: number }> {
  const chains = new Map<string, ContPages & { readonly type: number }>();
  for (const { type, continuations } of swap.areas) {
    for (const [stretch, { length }] of continuations) {
      const head = toHex(stretch * SLOTS_PER_CHAIN);
      chains.set(`${type}:${head}`, { type, head, pages: length });
    }
  }
  return chains;
}
