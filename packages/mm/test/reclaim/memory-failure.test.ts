/** SPEC §4.7 case 1, D4: a frame goes bad, and what its entries count as from then on. */
import { Errno, type Pfn, pfn as toPfn } from "@forkpath/abi";
import { allocFrame } from "@forkpath/rmap";
import { flagsOf, refsOf, run, SHARED, slots } from "@forkpath/test-world";
import { access, createFamily, fork } from "@forkpath/test-world/family";
import { type Family, frameOf, recount, show } from "@forkpath/test-world/family-looks";
import { swapOut, zap } from "@forkpath/test-world/family-paths";
import { describe, expect, test } from "vitest";
import { AccessCode, memoryFailure, VmFault } from "../../src/index.ts";

const poison = (family: Family, page: Pfn): number => run(memoryFailure(family.env, page));

/** The reference that keeps a poisoned frame from the allocator. */
const kept = (page: Pfn): { pins: Map<Pfn, number> } => ({ pins: new Map([[page, 1]]) });

describe.each([true, false])("an anonymous page, splitPtlocks %s", (splitPtlocks) => {
  test("every mapper loses it; the frame is never given out again", () => {
    const family = createFamily("W W", { splitPtlocks });
    fork(family, "P", "C");
    const page = frameOf(family, "P", 0);
    expect(poison(family, page)).toBe(0);
    expect(show(family)).toEqual({ P: "h r (0,1,0)", C: "h r' (0,1,0)" });
    expect([refsOf(family, page), flagsOf(family, page)]).toEqual([
      "1/0",
      ["DIRTY", "HWPOISON", "ACTIVE"],
    ]);
    expect(recount(family, kept(page))).toEqual([]);
    expect(access(family, "P", 0, false) & VmFault.HWPOISON).not.toBe(0);
    for (let frame = allocFrame(family.env.map); frame >= 0; frame = allocFrame(family.env.map)) {
      expect(frame).not.toBe(page);
    }
  });

  test("D4, B14: P unmaps it, and has swapped out less than nothing", () => {
    const family = createFamily("W", { splitPtlocks });
    const page = frameOf(family, "P", 0);
    poison(family, page);
    expect(show(family)).toEqual({ P: "h (0,0,0)" });
    zap(family, "P");
    expect(show(family)).toEqual({ P: "- (0,0,-1)" });
    expect(recount(family, { ...kept(page), ignoreCounters: true })).toEqual([]);
  });

  test("D4: a child counts the entry as swap, until it exits", () => {
    const family = createFamily("W", { splitPtlocks });
    const page = frameOf(family, "P", 0);
    poison(family, page);
    fork(family, "P", "C");
    expect(show(family)).toEqual({ P: "h (0,0,0)", C: "h (0,0,1)" });
    zap(family, "C");
    expect(show(family)).toEqual({ P: "h (0,0,0)", C: "- (0,0,0)" });
    expect(recount(family, kept(page))).toEqual([]);
  });
});

describe("other pages", () => {
  test("of a file: it leaves the page cache, and a fault reads another", () => {
    const family = createFamily("W", { file: "disk", flags: SHARED });
    const page = frameOf(family, "P", 0);
    expect(poison(family, page)).toBe(0);
    expect(show(family)).toEqual({ P: "h (0,0,0)" });
    expect(family.file?.pages.size).toBe(0);
    expect(recount(family, kept(page))).toEqual([]);
  });

  test("in swap cache: swapped, and still cached; a fault finds the poison", () => {
    const family = createFamily("W");
    fork(family, "P", "C");
    swapOut(family, "P", 0);
    access(family, "P", 0, false);
    const page = frameOf(family, "P", 0);
    expect(poison(family, page)).toBe(0);
    expect(show(family)).toEqual({ P: "s (0,0,1)", C: "s (0,0,1)" });
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x42", "2/0"]);
    expect(access(family, "C", 0, false)).toBe(AccessCode.FAULTED | VmFault.HWPOISON);
    expect(recount(family, kept(page))).toEqual([]);
  });

  test("a free frame is taken out of the allocator", () => {
    const family = createFamily("-");
    const { map } = family.env;
    const free = toPfn(map.nextFrame);
    expect(poison(family, free)).toBe(0);
    expect(refsOf(family, free)).toBe("1/0");
    expect(allocFrame(map)).toBe(free + 1);
  });

  test("a reserved frame is left alone", () => {
    const family = createFamily("r");
    const zero = toPfn(family.env.map.zeroPfn);
    expect(poison(family, zero)).toBe(-Errno.EBUSY);
    expect(flagsOf(family, zero)).toEqual([]);
    expect(show(family)).toEqual({ P: "zc (0,0,0)" });
  });

  test("a pinned page is unmapped, and reported as busy", () => {
    const family = createFamily("W");
    const page = frameOf(family, "P", 0);
    family.env.map.count[page]++;
    expect(poison(family, page)).toBe(-Errno.EBUSY);
    expect(show(family)).toEqual({ P: "h (0,0,0)" });
    expect(refsOf(family, page)).toBe("2/0");
  });

  test("the second time nothing happens", () => {
    const family = createFamily("W");
    const page = frameOf(family, "P", 0);
    poison(family, page);
    const before = [show(family), refsOf(family, page)];
    expect(poison(family, page)).toBe(0);
    expect([show(family), refsOf(family, page)]).toEqual(before);
  });

  test("a frame that the machine does not have is misuse", () => {
    const family = createFamily("W");
    expect(() => poison(family, toPfn(5000))).toThrow(
      new RangeError("memoryFailure: pfn must be from 0 to 255, got 0x1388"),
    );
    expect(() => poison(family, toPfn(1.5))).toThrow(TypeError);
  });
});
