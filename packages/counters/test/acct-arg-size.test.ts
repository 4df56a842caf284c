import { createSpinLock, createSync, runToCompletion } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  acctArgSize,
  checkMmCounters,
  incMmCounter,
  MmCounter,
  type MmCounters,
} from "../src/index.ts";
import { draw, show } from "./picture.ts";
import { allSchedules, stepsAlone } from "./schedules.ts";

describe("acct_arg_size (SPEC §7.2)", () => {
  const charge = (counters: MmCounters | null, bprm: { vmaPages: number }, pages: number): void =>
    runToCompletion(acctArgSize(createSync(), counters, bprm, pages, null));

  test("charges the difference to the old mm, both ways, and pushes no peak", () => {
    const counters = draw("A 100");
    const bprm = { vmaPages: 0 };
    const pictures = [3, 5, 5, 0].map((pages) => {
      charge(counters, bprm, pages);
      return `${show(counters)}; recorded ${bprm.vmaPages}`;
    });
    expect(pictures).toEqual([
      "F 0 A 103 S 0, peak 0; recorded 3",
      "F 0 A 105 S 0, peak 0; recorded 5",
      "F 0 A 105 S 0, peak 0; recorded 5",
      "F 0 A 100 S 0, peak 0; recorded 0",
    ]);
  });

  test("records nothing for a task that has no mm", () => {
    const bprm = { vmaPages: 9 };
    charge(null, bprm, 0);
    expect(bprm).toEqual({ vmaPages: 9 });
  });

  test("takes no step when nothing changed", () => {
    const counters = draw("A 100");
    const lock = createSpinLock("page_table_lock");
    expect(stepsAlone((sync) => acctArgSize(sync, counters, { vmaPages: 3 }, 3, lock))).toEqual([]);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 36])("refuses %s pages, and records nothing", (pages) => {
    const counters = draw("A 100");
    const bprm = { vmaPages: 3 };
    expect(() => charge(counters, bprm, pages)).toThrow(/^acctArgSize: pages must be/);
    expect([show(counters), bprm]).toEqual(["F 0 A 100 S 0, peak 0", { vmaPages: 3 }]);
  });

  test("takes page_table_lock only where it is asked to", () => {
    const lock = createSpinLock("page_table_lock");
    const counters = draw("");
    expect(stepsAlone((sync) => acctArgSize(sync, counters, { vmaPages: 0 }, 3, lock))).toEqual([
      "lock page_table_lock",
      "load mm._anon_rss",
      "store mm._anon_rss",
      "unlock page_table_lock",
    ]);
    expect(stepsAlone((sync) => acctArgSize(sync, counters, { vmaPages: 0 }, 3, null))).toEqual([
      "load mm._anon_rss",
      "store mm._anon_rss",
    ]);
  });
});

describe("the lost update of SPEC §1.7", () => {
  test("X loads 100; Y loads 100, stores 101; X stores 103: one page short, and it stays", () => {
    const build = (split: boolean) =>
      allSchedules((sync) => {
        const counters = draw("A 100", split);
        return {
          cpus: [
            acctArgSize(sync, counters, { vmaPages: 0 }, 3, null),
            incMmCounter(sync, counters, MmCounter.ANON_RSS),
          ],
          result: () => checkMmCounters(counters, { fileRss: 0, anonRss: 104, swapUsage: 0 }),
        };
      });

    const order = "cpu0:load cpu1:load cpu1:store cpu0:store";
    const story = build(false).find(({ steps }) => steps.join(" ") === order);
    expect(story?.result).toEqual([
      { rule: "I2", owner: "mm", field: "anon_rss", kept: 103, counted: 104 },
    ]);
    expect(build(true).flatMap(({ result }) => result)).toEqual([]);
  });
});
