import { attachSink, EventClass, type KernelEvent } from "@forkpath/events";
import { createSync, runToCompletion, type Sync } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import { addMmRss, addMmRssNow, getMmRss, peekRss } from "../src/index.ts";
import { draw, show } from "./picture.ts";
import { allSchedules, stepsAlone } from "./schedules.ts";

/** A machine whose events of `wants` are kept. */
function listen(wants: number): { sync: Sync; heard: KernelEvent[] } {
  const sync = createSync();
  const heard: KernelEvent[] = [];
  attachSink(sync, { wants, emit: (event) => heard.push(event) });
  return { sync, heard };
}

describe("add_mm_rss (SPEC §1.5/1)", () => {
  test("adds a batch at once when nobody else could run", () => {
    const counters = draw("F 3 A 2 S 1");
    expect(addMmRssNow(createSync(), counters, 4, -1, 2)).toBe(true);
    expect(show(counters)).toBe("F 7 A 1 S 3, peak 0");
  });

  test("leaves a batch alone when others could run: it has to be stepped", () => {
    const sync = createSync();
    const counters = draw("F 3 A 2 S 1");
    sync.interleaved = true;
    expect(addMmRssNow(sync, counters, 4, -1, 2)).toBe(false);
    expect(show(counters)).toBe("F 3 A 2 S 1, peak 0");
    runToCompletion(addMmRss(sync, counters, 4, -1, 2));
    expect(show(counters)).toBe("F 7 A 1 S 3, peak 0");
  });

  test("steps in the order file, anon, swap, and does not touch what is zero", () => {
    expect(stepsAlone((sync) => addMmRss(sync, draw("", true), 1, 0, 2))).toEqual([
      "atomic-add mm._file_rss",
      "atomic-add mm._swap_usage",
    ]);
    expect(stepsAlone((sync) => addMmRss(sync, draw("", false), 0, 1, 0))).toEqual([
      "load mm._anon_rss",
      "store mm._anon_rss",
    ]);
  });

  test("tells one event for each batch, even for one that changes nothing", () => {
    const { sync, heard } = listen(EventClass.MM);
    const counters = draw("");
    addMmRssNow(sync, counters, 0, 0, 0);
    runToCompletion(addMmRss(sync, counters, 5, 0, -1));
    expect(heard).toEqual([
      { kind: "rss", mm: "mm", file: 0, anon: 0, swap: 0 },
      { kind: "rss", mm: "mm", file: 5, anon: 0, swap: -1 },
    ]);
  });

  test("is stepped, and heard once, for whoever listens to single cells", () => {
    const { sync, heard } = listen(EventClass.MM | EventClass.CELL);
    const counters = draw("A 7");
    expect(addMmRssNow(sync, counters, 0, 1, 0)).toBe(false);
    runToCompletion(addMmRss(sync, counters, 0, 1, 0));
    expect(heard).toEqual([
      { kind: "rss", mm: "mm", file: 0, anon: 1, swap: 0 },
      { kind: "load", cell: "mm._anon_rss", owner: "mm", field: "_anon_rss", value: 7n },
      { kind: "store", cell: "mm._anon_rss", owner: "mm", field: "_anon_rss", value: 8n },
    ]);
  });

  test.each([
    [[1, Number.NaN, 0], TypeError, "addMmRssNow: anon must be an integer, got NaN"],
    [[1, 1, 0.5], TypeError, "addMmRssNow: swap must be an integer, got 0.5"],
    [[2 ** 31, 0, 0], RangeError, "addMmRssNow: file must be from -2147483648 to 0x7fffffff"],
  ])("refuses %j, and adds none of it", ([file, anon, swap], kind, message) => {
    const counters = draw("F 3 A 2 S 1");
    const flush = (): boolean => addMmRssNow(createSync(), counters, file, anon, swap);
    expect(flush).toThrow(kind);
    expect(flush).toThrow(message);
    expect(() => runToCompletion(addMmRss(createSync(), counters, file, anon, swap))).toThrow(kind);
    expect(show(counters)).toBe("F 3 A 2 S 1, peak 0");
  });
});

describe("get_mm_rss (SPEC §1.3, D16/d)", () => {
  /** All sums that a reader can see while another CPU runs `addMmRss(file, anon)`. */
  const sumsSeen = (picture: string, file: number, anon: number): Set<bigint> => {
    const schedules = allSchedules((sync) => {
      const counters = draw(picture, true);
      let seen = 0n;
      function* reader() {
        seen = yield* getMmRss(sync, counters);
      }
      return { cpus: [reader(), addMmRss(sync, counters, file, anon, 0)], result: () => seen };
    });
    return new Set(schedules.map(({ result }) => result));
  };

  test("is file plus anon; swap is no part of it", () => {
    const counters = draw("F 3 A 2 S 50");
    expect(runToCompletion(getMmRss(createSync(), counters))).toBe(5n);
    expect(peekRss(counters)).toBe(5n);
  });

  test("wraps: one page below zero reads as 18446744073709551615", () => {
    expect(runToCompletion(getMmRss(createSync(), draw("F 2 A -3")))).toBe(2n ** 64n - 1n);
  });

  test("loads file, then anon, each once", () => {
    expect(stepsAlone((sync) => getMmRss(sync, draw("")))).toEqual([
      "load mm._file_rss",
      "load mm._anon_rss",
    ]);
  });

  test("counts a page twice that a write moves from file to anon between the loads", () => {
    //   reader   load F 10 ................... load A 1     11 pages of 10
    //   write             F 10 -> 9  A 0 -> 1
    expect(sumsSeen("F 10 A 0", -1, +1)).toEqual(new Set([9n, 10n, 11n]));
  });
});
