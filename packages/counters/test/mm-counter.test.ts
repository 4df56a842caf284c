import { createSync, peekCell, pokeCell, runToCompletion, type Sync } from "@forkpath/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addMmCounter,
  addMmCounterNow,
  createMmCounters,
  decMmCounter,
  getMmCounter,
  incMmCounter,
  MmCounter,
  type MmCounters,
  peekCounter,
  peekCounterSigned,
  setMmCounter,
} from "../src/index.ts";
import { draw, show } from "./picture.ts";
import { allSchedules, stepsAlone } from "./schedules.ts";

const { ANON_RSS, FILE_RSS, HIWATER_RSS } = MmCounter;

describe("one counter (SPEC §1.2, App. C)", () => {
  test("an add is one step in the split build, two in the other", () => {
    const steps = (split: boolean): string[] =>
      stepsAlone((sync) =>
        incMmCounter(sync, createMmCounters({ split, name: "child" }), ANON_RSS),
      );
    expect(steps(true)).toEqual(["atomic-add child._anon_rss"]);
    expect(steps(false)).toEqual(["load child._anon_rss", "store child._anon_rss"]);
  });

  test.each([true, false])("get and set are one step, split=%s", (split) => {
    const counters = createMmCounters({ split });
    expect(stepsAlone((sync) => getMmCounter(sync, counters, FILE_RSS))).toEqual([
      "load mm._file_rss",
    ]);
    expect(stepsAlone((sync) => setMmCounter(sync, counters, FILE_RSS, 3))).toEqual([
      "store mm._file_rss",
    ]);
  });

  test("peaks are plain in both builds", () => {
    const counters = createMmCounters({ split: true });
    expect(stepsAlone((sync) => addMmCounter(sync, counters, HIWATER_RSS, 3))).toEqual([
      "load mm.hiwater_rss",
      "store mm.hiwater_rss",
    ]);
  });

  test("below zero it wraps, and nothing is clamped", () => {
    const counters = draw("A 0");
    runToCompletion(decMmCounter(createSync(), counters, ANON_RSS));
    expect(peekCounter(counters, ANON_RSS)).toBe(18446744073709551615n);
    expect(peekCounterSigned(counters, ANON_RSS)).toBe(-1);
    runToCompletion(incMmCounter(createSync(), counters, ANON_RSS));
    expect(peekCounter(counters, ANON_RSS)).toBe(0n);
  });
});

describe("misuse is refused, and changes nothing", () => {
  test.each([
    [Number.NaN, TypeError, "delta must be an integer, got NaN"],
    [1.5, TypeError, "delta must be an integer, got 1.5"],
    [Number.POSITIVE_INFINITY, TypeError, "delta must be an integer, got Infinity"],
    [2 ** 53, RangeError, "delta must be from -4503599627370496 to 0x10000000000000"],
  ])("adding %s", (delta, kind, message) => {
    const counters = draw("F 3 A 2 S 1");
    const now = (): boolean => addMmCounterNow(createSync(), counters, ANON_RSS, delta);
    const stepped = (): void =>
      runToCompletion(addMmCounter(createSync(), counters, ANON_RSS, delta));
    expect(now).toThrow(kind);
    expect(now).toThrow(`addMmCounterNow: ${message}`);
    expect(stepped).toThrow(kind);
    expect(stepped).toThrow(`addMmCounter: ${message}`);
    expect(show(counters)).toBe("F 3 A 2 S 1, peak 0");
  });

  test("a member that does not exist", () => {
    const counters = draw("F 3");
    const read = () => runToCompletion(getMmCounter(createSync(), counters, 6 as MmCounter));
    expect(read).toThrow(new RangeError("getMmCounter: member must be from 0 to 5, got 6"));
  });

  test("a build that is neither", () => {
    const options = { split: "yes" as unknown as boolean };
    expect(() => createMmCounters(options)).toThrow(
      new TypeError("createMmCounters: split must be true or false, got yes"),
    );
  });
});

describe("properties", () => {
  const member = fc.constantFrom(...Object.values(MmCounter));
  const delta = fc.oneof(fc.integer(), fc.integer({ min: -(2 ** 52), max: 2 ** 52 }));
  const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

  /** Adds by the fast path if it is open, else in steps. */
  function add(sync: Sync, counters: MmCounters, at: MmCounter, pages: number): void {
    if (!addMmCounterNow(sync, counters, at, pages)) {
      runToCompletion(addMmCounter(sync, counters, at, pages));
    }
  }

  test("any sums agree with 64-bit arithmetic, in both builds, at once or in steps", () => {
    const adds = fc.array(fc.tuple(member, delta), { maxLength: 30 });
    const starts = fc.tuple(word, word, word, word, word, word);
    fc.assert(
      fc.property(starts, adds, fc.boolean(), fc.boolean(), (start, list, split, interleaved) => {
        const sync = createSync();
        sync.interleaved = interleaved;
        const counters = createMmCounters({ split });
        const expected = [...start];
        for (const at of Object.values(MmCounter)) {
          runToCompletion(setMmCounter(sync, counters, at, start[at]));
        }
        for (const [at, pages] of list) {
          add(sync, counters, at, pages);
          expected[at] = BigInt.asUintN(64, expected[at] + BigInt(pages));
        }
        const values = Object.values(MmCounter).map((at) => peekCounter(counters, at));
        expect(values).toEqual(expected);
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  test("a signed look agrees with BigInt wherever a number is exact", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const counters = createMmCounters({ split: false });
        pokeCell(counters.rss, FILE_RSS, BigInt(value));
        expect(peekCounterSigned(counters, FILE_RSS)).toBe(value);
        expect(BigInt.asIntN(64, peekCell(counters.rss, FILE_RSS))).toBe(BigInt(value));
      }),
      { seed: 12, numRuns: 300 },
    );
  });

  test("no schedule of the split build loses an update, some of the other build does", () => {
    const pages = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(pages, pages, (left, right) => {
        const finals = (split: boolean): number[] =>
          allSchedules((sync) => {
            const counters = createMmCounters({ split });
            function* all(deltas: number[]) {
              for (const one of deltas) yield* addMmCounter(sync, counters, ANON_RSS, one);
            }
            return {
              cpus: [all(left), all(right)],
              result: () => peekCounterSigned(counters, ANON_RSS),
            };
          }).map(({ result }) => result);
        const sum = [...left, ...right].reduce((total, one) => total + one, 0);
        expect(new Set(finals(true))).toEqual(new Set([sum]));
        expect(Math.min(...finals(false))).toBeLessThan(sum);
        expect(Math.max(...finals(false))).toBe(sum);
      }),
      { seed: 13, numRuns: 30 },
    );
  });
});
