import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AnySink,
  addCell,
  addCellNow,
  addWords,
  attachAnySink,
  type Cells,
  createCells,
  type KernelThread,
  loadCell,
  PointKind,
  peekCell,
  peekSigned,
  pokeCell,
  runToCompletion,
  type SyncEvent,
  SyncEventClass,
  storeCell,
} from "../src/index.ts";
import { allSchedules, createStage, play } from "./stage.ts";

const ANON_RSS = 0;
const cellsOf = (atomic: boolean, value = 0n): Cells => {
  const cells = createCells(["anon_rss", "file_rss"], atomic);
  pokeCell(cells, ANON_RSS, value);
  return cells;
};
const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
const words64 = fc.bigInt(0n, 2n ** 64n - 1n);

describe("64-bit arithmetic", () => {
  test("below zero, a counter reads as Linux shows it (SPEC §1.2)", () => {
    const { sync } = createStage();
    const cells = cellsOf(false);
    addCellNow(sync, cells, ANON_RSS, -1);
    expect(peekCell(cells, ANON_RSS)).toBe(18446744073709551615n);
    expect(peekSigned(cells, ANON_RSS)).toBe(-1);

    addCellNow(sync, cells, ANON_RSS, 1);
    expect(peekCell(cells, ANON_RSS)).toBe(0n);
  });

  test("adding carries into the high word, and borrows from it", () => {
    const { sync } = createStage();
    const cells = cellsOf(false, 2n ** 32n - 1n);
    addCellNow(sync, cells, ANON_RSS, 1);
    expect([...cells.words]).toEqual([0, 1, 0, 0]);
    addCellNow(sync, cells, ANON_RSS, -1);
    expect([...cells.words]).toEqual([0xffffffff, 0, 0, 0]);
  });

  test("any sum agrees with BigInt modulo 2^64", () => {
    const deltas = fc.oneof(fc.integer(), fc.integer({ min: -(2 ** 52), max: 2 ** 52 }));
    fc.assert(
      fc.property(words64, fc.array(deltas), (start, steps) => {
        const { sync } = createStage();
        const cells = cellsOf(true, start);
        for (const delta of steps) addCellNow(sync, cells, ANON_RSS, delta);
        const sum = steps.reduce((total, delta) => total + BigInt(delta), start);
        expect(peekCell(cells, ANON_RSS)).toBe(wrap(sum));
        expect(peekCell(cells, 1)).toBe(0n); // the neighbour
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test("what is poked is peeked, modulo 2^64, and signed when it is small", () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 66n), 2n ** 66n), (value) => {
        expect(peekCell(cellsOf(false, value), ANON_RSS)).toBe(wrap(value));
      }),
      { seed: 2 },
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(peekSigned(cellsOf(false, BigInt(value)), ANON_RSS)).toBe(value);
      }),
      { seed: 3 },
    );
  });

  test.each([
    [0.5, TypeError, "addWords: delta must be an integer, got 0.5"],
    [Number.NaN, TypeError, "addWords: delta must be an integer, got NaN"],
    [2 ** 60, RangeError, "got 0x1000000000000000"],
  ])("refuses to add %d, and leaves the words alone", (delta, kind, message) => {
    const words = Uint32Array.of(7, 9);
    const add = (): void => addWords(words, 0, words[0], words[1], delta);
    expect(add).toThrow(kind);
    expect(add).toThrow(message);
    expect([...words]).toEqual([7, 9]);
  });
});

/** Kinds of the points that a path yields, run to its end. */
const pointsOf = (path: KernelThread<unknown>): string[] => {
  const names = Object.keys(PointKind);
  return [...path].map(({ kind, label }) => `${names[kind]} ${label}`);
};

describe("steps", () => {
  test("alone on its machine, an add is a plain call", () => {
    const { sync } = createStage();
    const cells = cellsOf(false, 5n);
    expect(addCellNow(sync, cells, ANON_RSS, 2)).toBe(true);
    expect(peekCell(cells, ANON_RSS)).toBe(7n);
    expect(pointsOf(addCell(sync, cells, ANON_RSS, 2))).toEqual([]);
    expect(peekCell(cells, ANON_RSS)).toBe(9n);
  });

  test("interleaved, an atomic add is one step, a plain one a load and a store (SPEC C)", () => {
    const { sync } = createStage(true);
    const [atomic, plain] = [cellsOf(true), cellsOf(false)];
    expect(addCellNow(sync, plain, ANON_RSS, 1)).toBe(false);
    expect(peekCell(plain, ANON_RSS)).toBe(0n);

    expect(pointsOf(addCell(sync, atomic, ANON_RSS, 1))).toEqual(["ATOMIC anon_rss"]);
    expect(pointsOf(addCell(sync, plain, ANON_RSS, 1))).toEqual([
      "LOAD anon_rss",
      "STORE anon_rss",
    ]);
    expect([peekCell(atomic, ANON_RSS), peekCell(plain, ANON_RSS)]).toEqual([1n, 1n]);
  });

  test("reading and writing are steps too, and the points of a cell name one object", () => {
    const { sync } = createStage(true);
    const cells = cellsOf(false, 4n);
    expect(pointsOf(loadCell(sync, cells, ANON_RSS))).toEqual(["LOAD anon_rss"]);
    expect(pointsOf(storeCell(sync, cells, ANON_RSS, -2n))).toEqual(["STORE anon_rss"]);

    sync.interleaved = false;
    expect(runToCompletion(loadCell(sync, cells, ANON_RSS))).toBe(2n ** 64n - 2n);

    const { loadPoints, storePoints, atomicPoints } = cells;
    expect(storePoints[0].object).toBe(loadPoints[0].object);
    expect(atomicPoints[0].object).toBe(loadPoints[0].object);
    expect(loadPoints[1].object).not.toBe(loadPoints[0].object);
  });

  /** The counter after two threads add 1 each, by schedule. */
  const outcomes = (atomic: boolean, steps: number): Record<string, number> =>
    Object.fromEntries(
      allSchedules(steps).map((schedule) => {
        const stage = createStage(true);
        const cells = cellsOf(atomic);
        const add = (): KernelThread<void> => addCell(stage.sync, cells, ANON_RSS, 1);
        expect(play(stage, { a: add(), b: add() }, schedule)).toEqual({ a: "done", b: "done" });
        return [schedule, peekSigned(cells, ANON_RSS)];
      }),
    );

  test("two plain adds lose one whenever they overlap (SPEC §1.7), two atomic ones never", () => {
    expect(outcomes(false, 2)).toEqual({ aabb: 2, abab: 1, abba: 1, baab: 1, baba: 1, bbaa: 2 });
    expect(outcomes(true, 1)).toEqual({ ab: 2, ba: 2 });
  });

  test("a listener to cells makes the caller take the steps, and hears the values after them", () => {
    const { sync } = createStage();
    const heard: string[] = [];
    const cells = cellsOf(false, 5n);
    const sink: AnySink<SyncEvent> = {
      wants: SyncEventClass.CELL,
      emit: (event) => {
        if ("cell" in event) heard.push(`${event.kind} ${event.cell} ${event.value}`);
      },
    };
    attachAnySink(sync, sink);
    expect(addCellNow(sync, cells, ANON_RSS, 2)).toBe(false);
    runToCompletion(addCell(sync, cells, ANON_RSS, 2));
    runToCompletion(addCell(sync, cellsOf(true, 1n), ANON_RSS, -2));
    expect(heard).toEqual([
      "load anon_rss 5",
      "store anon_rss 7",
      "atomic anon_rss 18446744073709551615",
    ]);
  });
});
