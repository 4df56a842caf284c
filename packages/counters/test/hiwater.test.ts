import { createSync, type KernelThread, runToCompletion, type Sync } from "@forkpath/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addMmCounter,
  addMmRss,
  getMmHiwaterRss,
  getMmHiwaterVm,
  MmCounter,
  type MmCounters,
  peekCounter,
  setMmCounter,
  setmaxMmHiwaterRss,
  updateHiwaterRss,
  updateHiwaterVm,
} from "../src/index.ts";
import { draw, show } from "./picture.ts";
import { allSchedules, stepsAlone } from "./schedules.ts";

const run = <T>(build: (sync: Sync) => KernelThread<T>): T => runToCompletion(build(createSync()));
const { ANON_RSS, HIWATER_RSS, HIWATER_VM } = MmCounter;

describe("update_hiwater_rss (SPEC §1.4/1)", () => {
  test.each([
    ["F 3 A 4, peak 5", "F 3 A 4 S 0, peak 7"],
    ["F 3 A 4, peak 7", "F 3 A 4 S 0, peak 7"],
    ["F 3 A 4, peak 9", "F 3 A 4 S 0, peak 9"],
    ["F 0 A 1 S 90, peak 0", "F 0 A 1 S 90, peak 1"], // swap is no rss
  ])("%s -> %s", (before, after) => {
    const counters = draw(before);
    run((sync) => updateHiwaterRss(sync, counters));
    expect(show(counters)).toBe(after);
  });

  test("compares unsigned: a counter below zero is the highest peak there is, for good", () => {
    const counters = draw("A -1, peak 50");
    run((sync) => updateHiwaterRss(sync, counters));
    expect(peekCounter(counters, HIWATER_RSS)).toBe(2n ** 64n - 1n);
    run((sync) => addMmCounter(sync, counters, ANON_RSS, 10));
    expect(run((sync) => getMmHiwaterRss(sync, counters))).toBe(2n ** 64n - 1n);
  });

  test.each([true, false])("steps are the same in both builds (App. C), split=%s", (split) => {
    const loads = ["load mm._file_rss", "load mm._anon_rss", "load mm.hiwater_rss"];
    const steps = (picture: string): string[] =>
      stepsAlone((sync) => updateHiwaterRss(sync, draw(picture, split)));
    expect(steps("A 8, peak 7")).toEqual([...loads, "store mm.hiwater_rss"]);
    expect(steps("A 7, peak 7")).toEqual(loads);
  });
});

describe("watermark races (SPEC D16)", () => {
  /** Pictures that two CPUs can leave behind, whatever the order of their steps. */
  const outcomes = (
    before: string,
    ...programs: ((sync: Sync, counters: MmCounters) => KernelThread<void>)[]
  ): Set<string> => {
    const schedules = allSchedules((sync) => {
      const counters = draw(before, true);
      return {
        cpus: programs.map((program) => program(sync, counters)),
        result: () => show(counters),
      };
    });
    return new Set(schedules.map(({ result }) => result));
  };
  const change = (pages: number) => (sync: Sync, counters: MmCounters) =>
    addMmCounter(sync, counters, ANON_RSS, pages);
  function* then(...parts: KernelThread<void>[]): KernelThread<void> {
    for (const part of parts) yield* part;
  }

  test("a) of two updaters the smaller may store last, and lower the peak", () => {
    //   cpu0   reads 100, peak 0 ........................ store 100
    //   cpu1              +10, reads 110, peak 0, store 110          the peak of 110 is gone
    const grows = (sync: Sync, counters: MmCounters) =>
      then(change(10)(sync, counters), updateHiwaterRss(sync, counters));
    expect(outcomes("A 100", updateHiwaterRss, grows)).toEqual(
      new Set(["F 0 A 110 S 0, peak 110", "F 0 A 110 S 0, peak 100"]),
    );
  });

  test("b) a peak between the sample and the unmapping is never recorded", () => {
    //   cpu0   reads 100, store 100 ....... -50      nobody saw 110
    //   cpu1                          +10
    const unmaps = (sync: Sync, counters: MmCounters) =>
      then(updateHiwaterRss(sync, counters), change(-50)(sync, counters));
    expect(outcomes("A 100", unmaps, change(10))).toEqual(
      new Set(["F 0 A 60 S 0, peak 100", "F 0 A 60 S 0, peak 110"]),
    );
  });

  test("d) a page that is counted twice while it moves stays in the peak for good", () => {
    //   cpu0   reads F 10 ................. reads A 1, store 11      there never were 11 pages
    //   cpu1               F - 1, A + 1
    const write = (sync: Sync, counters: MmCounters) => addMmRss(sync, counters, -1, +1, 0);
    expect(outcomes("F 10", updateHiwaterRss, write)).toEqual(
      new Set([9, 10, 11].map((peak) => `F 9 A 1 S 0, peak ${peak}`)),
    );
  });
});

describe("readers take the larger of peak and current value (SPEC §1.3/2)", () => {
  test.each([
    ["F 1 A 1, peak 9", 9n],
    ["F 5 A 5, peak 9", 10n],
    ["F 0 A -2, peak 9", 2n ** 64n - 2n],
  ])("get_mm_hiwater_rss of %s is %s, and changes nothing", (picture, peak) => {
    const counters = draw(picture);
    const before = show(counters);
    expect(run((sync) => getMmHiwaterRss(sync, counters))).toBe(peak);
    expect(show(counters)).toBe(before);
  });

  test("setmax_mm_hiwater_rss raises the slot, never lowers it, and spares the mm (§1.4/3)", () => {
    const counters = draw("A 3, peak 9");
    const slot = { maxrss: 2n };
    run((sync) => setmaxMmHiwaterRss(sync, counters, slot));
    expect(slot).toEqual({ maxrss: 9n });
    run((sync) => setmaxMmHiwaterRss(sync, draw("A 4"), slot));
    expect(slot).toEqual({ maxrss: 9n });
    expect(show(counters)).toBe("F 0 A 3 S 0, peak 9");
  });
});

describe("hiwater_vm (SPEC §1.4/2)", () => {
  test("is pushed up only, and read as the larger of itself and total_vm", () => {
    const counters = draw("");
    const peaks = [20, 15, 2 ** 40].map((totalVm) => {
      run((sync) => updateHiwaterVm(sync, counters, totalVm));
      return peekCounter(counters, HIWATER_VM);
    });
    expect(peaks).toEqual([20n, 20n, 2n ** 40n]);
    expect(run((sync) => getMmHiwaterVm(sync, counters, 7))).toBe(2n ** 40n);
    expect(run((sync) => getMmHiwaterVm(sync, counters, 2 ** 41))).toBe(2n ** 41n);
  });

  test("is put back by mremap, which saved it before total_vm rose (D16/e)", () => {
    const counters = draw("");
    run((sync) => setMmCounter(sync, counters, HIWATER_VM, 100));
    run((sync) => updateHiwaterVm(sync, counters, 160)); // the munmap inside the move
    run((sync) => setMmCounter(sync, counters, HIWATER_VM, 100));
    expect(run((sync) => getMmHiwaterVm(sync, counters, 100))).toBe(100n);
  });

  test("compares total_vm unsigned too: a wrapped one is the highest there is", () => {
    const counters = draw("");
    run((sync) => setMmCounter(sync, counters, HIWATER_VM, 100));
    run((sync) => updateHiwaterVm(sync, counters, -1));
    expect(peekCounter(counters, HIWATER_VM)).toBe(2n ** 64n - 1n);
  });

  test.each([Number.NaN, 0.5, 2 ** 53])("refuses total_vm %s, and keeps its peak", (totalVm) => {
    const counters = draw("");
    expect(() => run((sync) => updateHiwaterVm(sync, counters, totalVm))).toThrow(
      /^updateHiwaterVm: totalVm must be/,
    );
    expect(peekCounter(counters, HIWATER_VM)).toBe(0n);
  });
});

test("pushed before each fall, the peak is the largest rss there ever was (SPEC §1.4)", () => {
  const change = fc.record({
    member: fc.constantFrom(MmCounter.FILE_RSS, ANON_RSS, MmCounter.SWAP_USAGE),
    pages: fc.integer({ min: -50, max: 50 }),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), fc.boolean(), (changes, split) => {
      const counters = draw("F 0 A 0", split);
      const held = [0, 0, 0];
      let peak = 0;
      for (const { member, pages } of changes) {
        const delta = Math.max(pages, -held[member]); // nobody unmaps what is not there
        if (delta < 0) run((sync) => updateHiwaterRss(sync, counters));
        run((sync) => addMmCounter(sync, counters, member, delta));
        held[member] += delta;
        peak = Math.max(peak, held[MmCounter.FILE_RSS] + held[ANON_RSS]);
        expect(run((sync) => getMmHiwaterRss(sync, counters))).toBe(BigInt(peak));
      }
      const slot = { maxrss: 0n };
      run((sync) => setmaxMmHiwaterRss(sync, counters, slot));
      expect(slot.maxrss).toBe(BigInt(peak));
    }),
    { seed: 14, numRuns: 200 },
  );
});
