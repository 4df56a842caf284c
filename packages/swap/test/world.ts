/**
 * One machine with one swap area, and slots drawn as SPEC A.2 writes them: the byte, then the
 * digits in the continuation pages, as in `0x80,[0x80,0x01]`.
 */
import { ALL_EVENTS, attachSink, type KernelEvent } from "@forkpath/events";
import { createSync, failNth, type Sync } from "@forkpath/sync";
import { test } from "vitest";
import {
  addSwapArea,
  archEntryValue,
  createSwap,
  peekSlot,
  pokeSlot,
  type SwapOptions,
  type SwapState,
  swpPteHigh,
  swpPteLow,
} from "../src/index.ts";

export interface World {
  readonly sync: Sync;
  readonly swap: SwapState;
  /** What happened since the last `takeEvents`, as the conformance vectors write it. */
  readonly events: string[];
}

/** A PTE as its two words. */
export type Words = readonly [low: number, high: number];

export const SLOT = 5;
export const SLOTS = 8192;

/** The PTE for a slot of area 0, or of another type. */
export const pteOf = (offset: number, type = 0): Words => [
  swpPteLow(type, offset),
  swpPteHigh(offset),
];
export const PTE: Words = pteOf(SLOT);

/** A machine with one area of 8192 slots, whose slot 5 looks like `picture`. */
export function draw(picture = "0x00", options: SwapOptions = {}): World {
  const world: World = { sync: createSync(), swap: createSwap(options), events: [] };
  attachSink(world.sync, {
    wants: ALL_EVENTS,
    emit: (event) => world.events.push(eventLine(event)),
  });
  addSwapArea(world.swap, { max: SLOTS });
  drawSlot(world.swap, picture);
  return world;
}

export function drawSlot(
  swap: SwapState,
  picture: string,
  offset: number = SLOT,
  type: number = 0,
): void {
  const [byte = 0, ...digits] = (picture.match(/0x[0-9a-f]+/g) ?? []).map(Number);
  pokeSlot(swap, type, offset, { byte, digits });
}

/** The slot in the notation of SPEC A.2. */
export function show({ swap }: World, offset: number = SLOT, type = 0): string {
  const { byte, digits } = peekSlot(swap, type, offset);
  const shown = digits.map(hexByte).join(",");
  return digits.length === 0 ? hexByte(byte) : `${hexByte(byte)},[${shown}]`;
}

/** Pages on the chain of the stretch that begins at slot `stretch * 4096`. */
export const pagesOn = ({ swap }: World, stretch = 0): number =>
  swap.areas[0].continuations.get(stretch)?.length ?? 0;

/**
 * A test for each slot, by what it is: the picture before and the one after, `0x02 → 0x01`.
 * @param title `%s` stands for what it is
 */
export function testSlots(
  title: string,
  pictures: Readonly<Record<string, string>>,
  check: (world: World, after: string, before: string) => void,
): void {
  test.each(Object.entries(pictures))(title, (_what, picture) => {
    const [before, after] = picture.split(" → ");
    check(draw(before), after, before);
  });
}

/** What happened since the last call. */
export const takeEvents = ({ events }: World): string[] => events.splice(0);

/** Lets every allocation fail from now on; enough for one call. */
export function refuseMemory({ sync }: World): void {
  for (let index = 0; index < 4; index++) failNth(sync.gate, index);
}

const hexByte = (byte: number): string => `0x${byte.toString(16).padStart(2, "0")}`;

function eventLine(event: KernelEvent): string {
  switch (event.kind) {
    case "lock":
    case "unlock":
      return `${event.kind} ${event.lock}`;
    case "alloc":
      return `alloc ${event.what} ${event.ok ? "ok" : "fail"}`;
    case "free_page":
      return `free_page ${event.what}`;
    case "mmlist_add":
      return `mmlist_add ${event.mm}`;
    case "warn":
      return `warn ${event.op} ${event.reason} ${entryValue(event)}`;
    case "find_swapcache":
      return `find_swapcache ${entryValue(event)}`;
    default:
      return event.kind;
  }
}

const entryValue = ({ low, high }: { readonly low: number; readonly high: number }): string =>
  `0x${archEntryValue(low, high).toString(16)}`;
