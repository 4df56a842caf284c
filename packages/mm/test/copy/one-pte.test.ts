/** SPEC §6.10, row by row: the parent's entry after the copy, the child's, and what was counted. */
import { Errno, VmFlag } from "@forkpath/abi";
import { attachSink, EventClass, type KernelEvent } from "@forkpath/events";
import { peekSlot, pokeSlot } from "@forkpath/swap";
import { PRIVATE, run, SHARED } from "@forkpath/test-world";
import { draw, refs, show, type World } from "@forkpath/test-world/tables";
import { describe, expect, test } from "vitest";
import { copyPageRange } from "../../src/index.ts";

const fork = (world: World): number =>
  run(copyPageRange(world.env, world.dst, world.src, world.vma));

describe("present entries of a private mapping (SPEC §6.10, derived table)", () => {
  test("an anonymous page: the parent loses RW alone, the child is old too", () => {
    const world = draw("W r");
    expect(fork(world)).toBe(0);
    expect(show(world)).toEqual({ parent: "r r", child: "r' r'", rss: "(0,2,0)" });
    expect(refs(world)).toBe("2/2 2/2");
  });

  test("a page of the file counts as file, and keeps the page cache's reference", () => {
    const world = draw("f W");
    expect(fork(world)).toBe(0);
    expect(show(world)).toEqual({ parent: "f r", child: "f' r'", rss: "(1,1,0)" });
    expect(refs(world)).toBe("3/2 2/2");
  });

  test("the zero page is copied and counted nowhere", () => {
    const world = draw("z W");
    expect(fork(world)).toBe(0);
    expect(show(world)).toEqual({ parent: "z r", child: "z' r'", rss: "(0,1,0)" });
  });
});

describe("present entries of a shared mapping", () => {
  test("stay writable on both sides; the child's are clean and old", () => {
    const world = draw("F f", { flags: SHARED | VmFlag.NONLINEAR });
    expect(fork(world)).toBe(0);
    expect(show(world)).toEqual({ parent: "F f", child: "Fc' fc'", rss: "(2,0,0)" });
  });

  test("an anonymous copy from a forced write escapes the write protection (D34)", () => {
    const world = draw("W", { flags: SHARED });
    expect(fork(world)).toBe(0);
    expect(show(world)).toEqual({ parent: "W", child: "Wc'", rss: "(0,1,0)" });
  });
});

test("a raw frame of a PFN mapping is copied without any reference", () => {
  const world = draw("p", { flags: PRIVATE | VmFlag.PFNMAP, hasAnonVma: false });
  expect(fork(world)).toBe(0);
  expect(show(world)).toEqual({ parent: "p", child: "p'", rss: "(0,0,0)" });
});

describe("entries that are not present", () => {
  test("swap counts, and the slot has one user more", () => {
    const world = draw("s s");
    expect(fork(world)).toBe(0);
    expect(show(world)).toEqual({ parent: "s s", child: "s s", rss: "(0,0,2)" });
    expect(peekSlot(world.env.swap, 0, 1).byte).toBe(2);
  });

  test("hwpoison counts as swap (D4), migration counts as nothing (D3)", () => {
    const world = draw("h m M");
    expect(fork(world)).toBe(0);
    expect(show(world)).toEqual({ parent: "h m m", child: "h m m", rss: "(0,0,1)" });
  });

  test("a writable migration entry of a shared mapping stays one", () => {
    const world = draw("M", { flags: SHARED });
    expect(fork(world)).toBe(0);
    expect(show(world)).toMatchObject({ parent: "M", child: "M" });
  });

  test("a nonlinear file entry is copied as it is", () => {
    const world = draw("n", { flags: SHARED | VmFlag.NONLINEAR });
    expect(fork(world)).toBe(0);
    expect(show(world)).toEqual({ parent: "n", child: "n", rss: "(0,0,0)" });
  });

  test.each(["s", "h", "m"])(
    "%s puts the child on the ring behind its parent (SPEC §3.8)",
    (letter) => {
      const world = draw(letter);
      expect(fork(world)).toBe(0);
      expect(world.src.mmlist.next.mm).toBe(world.dst);
      expect(world.dst.mmlist.next.mm).toBe(world.src); // a ring of two: D7
    },
  );
});

describe("a slot whose count is full (SPEC §6.9/5)", () => {
  const FULL = { byte: 0x3e, digits: [] };

  test("waits for a continuation page once the locks are gone, and goes on", () => {
    const world = draw("W s W");
    pokeSlot(world.env.swap, 0, 2, FULL);
    world.env.sync.gate.refused.add(3); // pud, pmd, pte, then the atomic page
    expect(fork(world)).toBe(0);
    expect(show(world)).toEqual({ parent: "r s r", child: "r' s r'", rss: "(0,2,1)" });
    expect(peekSlot(world.env.swap, 0, 2)).toEqual({ byte: 0x80, digits: [1] });
  });

  test("without a page at all: what came before stays, counted", () => {
    const world = draw("W s W");
    pokeSlot(world.env.swap, 0, 2, FULL);
    for (const refused of [3, 4]) world.env.sync.gate.refused.add(refused);
    expect(fork(world)).toBe(-Errno.ENOMEM);
    expect(show(world)).toEqual({ parent: "r s W", child: "r' - -", rss: "(0,1,0)" });
  });
});

test("a frame beyond the memory map is reported and copied, without a reference (SPEC §4.6/2)", () => {
  const world = draw("W");
  const events: KernelEvent[] = [];
  const [frame] = world.frames;
  Object.assign(world.env.map, { highestMemmapPfn: frame - 1 });
  attachSink(world.env.sync, { wants: EventClass.MM, emit: (event) => events.push(event) });
  expect(fork(world)).toBe(0);
  expect(refs(world)).toBe("1/1");
  expect(events.filter(({ kind }) => kind === "bad_pte")).toHaveLength(1);
  expect(show(world).rss).toBe("(0,0,0)");
});
