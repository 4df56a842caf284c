/**
 * Random histories of several slots, two of which share a chain, against a model that counts with
 * plain bigints: the mixed-radix digits must add up to the same number after every step, whatever
 * fresh pages are full of and whichever allocation fails.
 */
import { Errno } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkSwap, pokeSlot, swapCount, swapDuplicate, swapFree } from "../src/index.ts";
import { draw, pteOf, type World } from "./world.ts";

/** Two slots of one stretch, its last one, and one of the next. */
const SLOTS_USED = [5, 6, 4095, 4099] as const;
const stretchOf = (slot: number): number => Math.floor(slot / 4096);

/** Counts around which a digit fills up or empties, three pages deep. */
const EDGES = [1n, 62n, 63n, 125n, 126n, 8063n, 8064n, 1032191n, 1032192n, 132120575n, 132120576n];

interface Step {
  readonly op: "duplicate" | "free" | "jump";
  readonly slot: (typeof SLOTS_USED)[number];
  readonly edge: bigint;
  readonly isRefused: boolean;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  op: fc.constantFrom("duplicate", "duplicate", "free", "free", "jump"),
  slot: fc.constantFrom(...SLOTS_USED),
  edge: fc.constantFrom(...EDGES),
  isRefused: fc.boolean(),
});

interface Model {
  readonly counts: Map<number, bigint>;
  /** Pages that hang on each stretch. */
  readonly pages: [number, number];
}

/** The digits of `count`, as SPEC §3.2 defines them: base 63, then 128 and 128 and … */
function digitsOf(count: bigint): { byte: number; digits: number[] } {
  const digits: number[] = [];
  for (let rest = count / 63n; rest > 0n; rest /= 128n) digits.push(Number(rest % 128n));
  const byte = Number(count % 63n) | (digits.length > 0 ? 0x80 : 0);
  return { byte, digits: digits.map((digit, i) => digit | (i < digits.length - 1 ? 0x80 : 0)) };
}

/** Does one more user make the count longer than the pages that hang there? */
const needsPage = (model: Model, slot: number, count: bigint): boolean =>
  digitsOf(count + 1n).digits.length > model.pages[stretchOf(slot)];

function duplicateBoth(world: World, model: Model, { slot, isRefused }: Step): void {
  const { sync, swap } = world;
  const before = model.counts.get(slot) ?? 0n;
  if (before === 0n) return; // duplicating a free slot is another test's
  const isPageNeeded = needsPage(model, slot, before);
  if (isRefused) failNth(sync.gate, 0);
  const status = swapDuplicate(sync, swap, ...pteOf(slot));
  sync.gate.refused.clear();
  const isFailed = isPageNeeded && isRefused;
  expect(status).toBe(isFailed ? -Errno.ENOMEM : 0);
  if (isFailed) return;
  if (isPageNeeded) model.pages[stretchOf(slot)]++;
  model.counts.set(slot, before + 1n);
}

function freeBoth(world: World, model: Model, { slot }: Step): void {
  const before = model.counts.get(slot) ?? 0n;
  if (before === 0n) return; // D23 is another test's
  swapFree(world.sync, world.swap, ...pteOf(slot));
  model.counts.set(slot, before - 1n);
}

function jumpBoth(world: World, model: Model, { slot, edge }: Step): void {
  const { byte, digits } = digitsOf(edge);
  pokeSlot(world.swap, 0, slot, { byte, digits });
  model.counts.set(slot, edge);
  const stretch = stretchOf(slot);
  model.pages[stretch] = Math.max(model.pages[stretch], digits.length);
}

const OPS = { duplicate: duplicateBoth, free: freeBoth, jump: jumpBoth } as const;

test("digits add up to the number of references (SPEC §3.2, §3.4)", () => {
  fc.assert(
    fc.property(
      fc.array(anyStep, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 0, max: 255 }),
      (steps, continuationFill) => {
        const world = draw("0x00", { continuationFill });
        const model: Model = { counts: new Map(), pages: [0, 0] };
        for (const step of steps) {
          OPS[step.op](world, model, step);
          for (const slot of SLOTS_USED) {
            expect(BigInt(swapCount(world.swap, 0, slot))).toBe(model.counts.get(slot) ?? 0n);
          }
          const { continuations } = world.swap.areas[0];
          expect([0, 1].map((i) => continuations.get(i)?.length ?? 0)).toEqual(model.pages);
        }
        expect(checkSwap(world.swap)).toEqual([]);
      },
    ),
    { seed: 34, numRuns: 300 },
  );
});

test("200 users come and go one by one, through the first carry and back", () => {
  const world = draw("0x01");
  for (let users = 2; users <= 200; users++) {
    expect(swapDuplicate(world.sync, world.swap, ...pteOf(5))).toBe(0);
    expect(swapCount(world.swap, 0, 5)).toBe(users);
  }
  for (let users = 199; users >= 0; users--) {
    swapFree(world.sync, world.swap, ...pteOf(5));
    expect(swapCount(world.swap, 0, 5)).toBe(users);
  }
  expect(checkSwap(world.swap)).toEqual([]);
});
