import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import { PageFlag } from "@forkpath/rmap";
import { isOnMmlist, mmlistFrom } from "@forkpath/swap";
import { flagsOf, refsOf, run, SHARED, slots } from "@forkpath/test-world";
import { access, createFamily, fork } from "@forkpath/test-world/family";
import { frameOf, mmOf, recount, show, vmaOf } from "@forkpath/test-world/family-looks";
import { IDLE, swapOut } from "@forkpath/test-world/family-paths";
import { describe, expect, test } from "vitest";
import { zapPageRange } from "../../src/index.ts";
import {
  addToSwap,
  SwapResult,
  shrinkPage,
  trylockPage,
  tryToUnmap,
  unlockPage,
} from "../../src/internal.ts";

describe.each([
  { build: "split", splitPtlocks: true },
  { build: "non-split", splitPtlocks: false },
])("swap-out of one page, $build", ({ splitPtlocks }) => {
  test("step by step: slot, entries, disk (SPEC §3.6)", () => {
    const family = createFamily("W W", { splitPtlocks });
    const { env } = family;
    const page = frameOf(family, "P", 0);
    expect([show(family).P, slots(family, 1), refsOf(family, page)]).toEqual([
      "W W (0,2,0)",
      "0x00",
      "1/1",
    ]);

    trylockPage(env, page);
    expect(addToSwap(env, page)).toBe(true);
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x40", "2/1"]);

    expect(run(tryToUnmap(env, page, IDLE))).toBe(SwapResult.SUCCESS);
    unlockPage(env, page);
    expect([show(family).P, slots(family, 1), refsOf(family, page)]).toEqual([
      "s W (0,1,1)",
      "0x41",
      "1/0",
    ]);
    expect(recount(family)).toEqual([]);

    expect(run(shrinkPage(env, page, IDLE))).toBe("freed");
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x01", "0/0"]);
    expect(recount(family)).toEqual([]);
  });

  test("a page that a family shares leaves each of its members", () => {
    const family = createFamily("W W", { splitPtlocks });
    fork(family, "P", "C");
    fork(family, "C", "G");
    swapOut(family, "C", 0);
    expect(show(family)).toEqual({ P: "s r (0,1,1)", C: "s r' (0,1,1)", G: "s r' (0,1,1)" });
    expect(slots(family, 1)).toBe("0x03");
    expect(recount(family)).toEqual([]);
  });

  test("a page copied on write is found through its own member only", () => {
    const family = createFamily("W", { splitPtlocks });
    fork(family, "P", "C");
    access(family, "C", 0, true);
    swapOut(family, "C", 0);
    expect(show(family)).toEqual({ P: "r (0,1,0)", C: "s (0,0,1)" });
    expect(recount(family)).toEqual([]);
  });

  test("the peak is pushed before the counter falls (SPEC §1.4 site 3)", () => {
    const family = createFamily("W W W", { splitPtlocks });
    const { counters } = mmOf(family, "P");
    expect(peekCounterSigned(counters, MmCounter.HIWATER_RSS)).toBe(0);
    swapOut(family, "P", 1);
    expect(peekCounterSigned(counters, MmCounter.HIWATER_RSS)).toBe(3);
  });
});

describe("the ring of mms that swapoff searches (SPEC §3.8)", () => {
  test("an mm joins it behind the anchor with its first swap entry, a child behind its parent", () => {
    const family = createFamily("W W");
    const { env } = family;
    const ring = (): string[] => mmlistFrom(env.swap.initMm).map((node) => node.name);
    expect(ring()).toEqual([]);
    swapOut(family, "P", 0);
    expect(ring()).toEqual(["P"]);
    fork(family, "P", "C");
    expect(ring()).toEqual(["P", "C"]);
    expect(isOnMmlist(mmOf(family, "C").mmlist)).toBe(true);
  });
});

describe("what happens while the page is written", () => {
  test("nobody names the slot any more: nothing is written, the page goes", () => {
    const family = createFamily("W");
    const { env } = family;
    const page = frameOf(family, "P", 0);
    trylockPage(env, page);
    addToSwap(env, page);
    run(tryToUnmap(env, page, IDLE));
    const vma = vmaOf(family, "P");
    run(zapPageRange(env, vma, vma.start, vma.end)); // finds the page locked, and leaves it
    unlockPage(env, page);
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x40", "1/0"]);

    expect(run(shrinkPage(env, page, IDLE))).toBe("kept");
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x00", "0/0"]);
    expect(recount(family)).toEqual([]);
  });

  test("a write fault takes the page back, which stays in the cache for that write", () => {
    const family = createFamily("W");
    const { env } = family;
    const page = frameOf(family, "P", 0);
    const reclaim = shrinkPage(env, page, IDLE);
    env.sync.interleaved = true;
    while (!flagsOf(family, page).includes("WRITEBACK")) reclaim.next();
    env.sync.interleaved = false;
    expect(flagsOf(family, page)).toEqual(["SWAPCACHE", "WRITEBACK", "ACTIVE"]);

    access(family, "P", 0, true);
    expect([show(family).P, slots(family, 1)]).toEqual(["W (0,1,0)", "0x40"]);
    expect(run(reclaim)).toBe("kept");
    expect(flagsOf(family, page)).toEqual(["SWAPCACHE", "LRU", "ACTIVE"]);
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x40", "2/1"]);
    expect(recount(family)).toEqual([]);
  });

  test("a file's page that is written to again meanwhile stays, dirty and unlocked", () => {
    const family = createFamily("W", { file: "disk", flags: SHARED });
    const { env } = family;
    const page = frameOf(family, "P", 0);
    const reclaim = shrinkPage(env, page, IDLE);
    env.sync.interleaved = true;
    do reclaim.next();
    while (flagsOf(family, page).includes("LOCKED") || show(family).P.startsWith("F"));
    env.sync.interleaved = false;
    expect([show(family).P, flagsOf(family, page)]).toEqual(["- (0,0,0)", []]);
    env.map.flags[page] |= PageFlag.DIRTY; // write(2)
    expect(run(reclaim)).toBe("kept");
    expect(flagsOf(family, page)).toEqual(["DIRTY", "LRU"]);
  });
});
