/**
 * What a run changed: two snapshots compared.
 *
 * The vectors list what changed. Nothing is taken from the vector's own list of pages and slots,
 * lest a change elsewhere go unseen.
 */
import { hex } from "@forkpath/abi";
import type { PageAfter, PteAt, VectorSlot } from "@forkpath/conformance";
import { type EventLog, eventsOf } from "./event-log.ts";
import type { Chain, ModelState } from "./model.ts";

/** Pages whose counts differ, or that `log` says were marked; by frame number. */
export function changedPages(before: ModelState, now: ModelState, log: EventLog): PageAfter[] {
  const marks = marksOf(log);
  const frames = new Set([...recountedFrames(before, now), ...marks.keys()]);
  return [...frames]
    .toSorted((a, b) => a - b)
    .map((frame) => ({
      pfn: hex(frame),
      count: now.count[frame],
      mapcount: now.mapcount[frame],
      ...marks.get(frame),
    }));
}

/** Slots that differ, by type and offset. */
export function changedSlots(before: ModelState, now: ModelState): VectorSlot[] {
  const old = slotsByKey(before);
  const current = slotsByKey(now);
  return [...new Set([...old.keys(), ...current.keys()])]
    .filter((key) => !isSameSlot(old.get(key), current.get(key)))
    .map((key) => current.get(key) ?? unused(old.get(key) as VectorSlot))
    .toSorted((a, b) => a.type - b.type || Number(a.offset) - Number(b.offset));
}

/** Chains of continuation pages whose length differs. */
export function changedChains(before: ModelState, now: ModelState): Chain[] {
  const keyOf = ({ type, head }: Chain): string => `${type}:${head}`;
  const old = new Map(before.chains.map((chain) => [keyOf(chain), chain.pages]));
  return now.chains.filter((chain) => chain.pages !== (old.get(keyOf(chain)) ?? 0));
}

/** Entries that differ, and those that are gone, as 0; by address. */
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
function recountedFrames(before: ModelState, { count, mapcount }: ModelState): number[] {
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

const slotsByKey = ({ slots }: ModelState): Map<string, VectorSlot> =>
  new Map(slots.map((slot) => [`${slot.type}:${slot.offset}`, slot]));

const unused = ({ type, offset }: VectorSlot): VectorSlot => ({
  type,
  offset,
  map: "0x00",
  state: "unused",
});

const isSameSlot = (a: VectorSlot | undefined, b: VectorSlot | undefined): boolean =>
  a?.map === b?.map && a?.cont?.join() === b?.cont?.join();
