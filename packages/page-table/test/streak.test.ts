/** Streaks of entries, against a count that decodes each of them. */
import { pfn } from "@forkpath/abi";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mkPteHigh, mkPteLow, Pte, PteHigh, ptePfn } from "../src/index.ts";
import { streakLength } from "../src/internal.ts";

const FLAGS = Pte.PRESENT | Pte.USER | Pte.RW | Pte.ACCESSED | Pte.DIRTY;

interface Entry {
  readonly frame: number;
  readonly flags: number;
  readonly isExec: boolean;
}

/** The words of the entries, in columns. */
function columnsOf(entries: readonly Entry[]): readonly [low: Uint32Array, high: Uint32Array] {
  const low = entries.map(({ frame, flags }) => mkPteLow(pfn(frame), flags));
  const nx = (isExec: boolean): number => (isExec ? 0 : PteHigh.NX);
  const high = entries.map(({ frame, isExec }) => mkPteHigh(pfn(frame), nx(isExec)));
  return [Uint32Array.from(low), Uint32Array.from(high)];
}

const framesFrom = (first: number, count: number): Entry[] =>
  Array.from({ length: count }, (_, i) => ({ frame: first + i, flags: FLAGS, isExec: false }));

/** Obvious, and slow: each entry is taken apart. */
function countDecoded(low: Uint32Array, high: Uint32Array, at: number, limit: number): number {
  const frame = (i: number): number => ptePfn(low[i], high[i]);
  const flags = (i: number): number => low[i] & 0xfff;
  let next = at + 1;
  const follows = (): boolean =>
    frame(next) === frame(at) + (next - at) && flags(next) === flags(at) && high[next] === high[at];
  while (next < at + limit && follows()) next++;
  return next - at;
}

test.each([
  ["5 6 7 9", [5, 6, 7, 9], 3],
  ["5 5 6", [5, 5, 6], 1],
  ["5 4 3", [5, 4, 3], 1],
  ["5", [5], 1],
])("of the frames %s, so many are in a streak", (_, frames, length) => {
  const [low, high] = columnsOf(frames.map((frame) => ({ frame, flags: FLAGS, isExec: false })));
  expect(streakLength(low, high, 0, frames.length)).toBe(length);
});

test("it goes on above 2 GiB, and ends where the low word is full", () => {
  const above = columnsOf(framesFrom(2 ** 19 - 4, 8)); // 8 pages around 2 GiB
  expect(streakLength(...above, 0, 8)).toBe(8);
  const full = columnsOf(framesFrom(2 ** 20 - 4, 8)); // and around 4 GiB
  expect(streakLength(...full, 0, 8)).toBe(4);
  expect(streakLength(...full, 4, 4)).toBe(4);
});

test("empty entries are never in one", () => {
  expect(streakLength(new Uint32Array(9), new Uint32Array(9), 0, 9)).toBe(1);
});

const streaks: fc.Arbitrary<Entry[]> = fc
  .array(
    fc.record({
      first: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(2 ** 20 - 3)),
      count: fc.integer({ min: 1, max: 12 }),
      flags: fc.constantFrom(FLAGS, FLAGS & ~Pte.RW, FLAGS & ~Pte.DIRTY),
      isExec: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) =>
    parts.flatMap(({ first, count, flags, isExec }) =>
      framesFrom(first, count).map((entry) => ({ ...entry, flags, isExec })),
    ),
  );

test("any entries: what counting with decoding says", () => {
  fc.assert(
    fc.property(streaks, fc.nat(), fc.nat(), (entries, from, most) => {
      const [low, high] = columnsOf(entries);
      const at = from % entries.length;
      const limit = 1 + (most % (entries.length - at));
      expect(streakLength(low, high, at, limit)).toBe(countDecoded(low, high, at, limit));
    }),
    { numRuns: 1000, seed: 20_261_123 },
  );
});
