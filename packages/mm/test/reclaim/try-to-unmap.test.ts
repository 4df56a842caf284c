/** SPEC §4.7: what an entry becomes, row by row, and how the walk over the mappers goes. */
import { VmFlag } from "@forkpath/abi";
import { ALL_EVENTS, attachSink, type KernelEvent } from "@forkpath/events";
import { MappingTag, makeMapping, mappingId, PageFlag } from "@forkpath/rmap";
import { InvariantError } from "@forkpath/sync";
import { flagsOf, PRIVATE, run, SHARED, slots } from "@forkpath/test-world";
import { access, createFamily, type FamilyOptions, fork } from "@forkpath/test-world/family";
import { type Family, frameOf, recount, show, vmaOf } from "@forkpath/test-world/family-looks";
import { UNMAP, unmap } from "@forkpath/test-world/family-paths";
import { describe, expect, test } from "vitest";
import {
  addToSwap,
  SwapResult,
  TtuAction,
  type TtuFlags,
  trylockPage,
  tryToUnmap,
} from "../../src/internal.ts";

const MIGRATE: TtuFlags = { ...UNMAP, action: TtuAction.MIGRATION };

interface Row {
  readonly row: string;
  readonly before: string;
  readonly options?: FamilyOptions;
  readonly prepare?: (family: Family, page: ReturnType<typeof frameOf>) => void;
  readonly flags: TtuFlags;
  readonly after: string;
}

const poison: Row["prepare"] = ({ env }, page) => {
  env.map.flags[page] |= PageFlag.HWPOISON;
};
const cache: Row["prepare"] = ({ env }, page) => {
  trylockPage(env, page);
  addToSwap(env, page);
};

const CASES: readonly Row[] = [
  {
    row: "hwpoisoned, anonymous",
    before: "W",
    prepare: poison,
    flags: UNMAP,
    after: "h (0,0,0)",
  },
  {
    row: "hwpoisoned, of a file",
    before: "r",
    options: { file: "disk" },
    prepare: poison,
    flags: UNMAP,
    after: "h (0,0,0)",
  },
  {
    row: "hwpoisoned wins over migration",
    before: "W",
    prepare: poison,
    flags: MIGRATE,
    after: "h (0,0,0)",
  },
  {
    row: "anonymous, in swap cache",
    before: "W",
    prepare: cache,
    flags: UNMAP,
    after: "s (0,0,1)",
  },
  {
    row: "anonymous, in swap cache, migrating: swap wins",
    before: "W",
    prepare: cache,
    flags: MIGRATE,
    after: "s (0,0,1)",
  },
  {
    row: "anonymous and writable, migrating",
    before: "W",
    flags: MIGRATE,
    after: "M (0,1,0)",
  },
  {
    row: "of a file, read-only, migrating",
    before: "r",
    options: { file: "disk" },
    flags: MIGRATE,
    after: "m (1,0,0)",
  },
  {
    row: "of a file, writable, migrating",
    before: "W",
    options: { file: "disk", flags: SHARED },
    flags: MIGRATE,
    after: "M (1,0,0)",
  },
  {
    row: "of a file, otherwise",
    before: "r",
    options: { file: "disk" },
    flags: UNMAP,
    after: "- (0,0,0)",
  },
];

describe.each([true, false])("what an entry becomes, splitPtlocks %s", (splitPtlocks) => {
  test.each(CASES)("$row: $after", ({ before, options, prepare, flags, after }) => {
    const family = createFamily(before, { ...options, splitPtlocks });
    const page = frameOf(family, "P", 0);
    prepare?.(family, page);
    family.env.map.count[page]++; // so that the page outlives its last entry
    expect(unmap(family, page, flags)).toBe(SwapResult.SUCCESS);
    expect(show(family).P).toBe(after);
    expect(family.env.map.mapcount[page]).toBe(0);
    expect(recount(family, { pins: new Map([[page, 1]]) })).toEqual([]);
  });
});

test("a poisoned page in swap cache is swapped where poison is to be ignored", () => {
  const family = createFamily("W");
  const page = frameOf(family, "P", 0);
  cache(family, page);
  poison(family, page);
  expect(unmap(family, page, { ...UNMAP, ignoreHwpoison: true })).toBe(SwapResult.SUCCESS);
  expect(show(family)).toEqual({ P: "s (0,0,1)" });
});

test("entries that fork made read-only become read migration entries", () => {
  const family = createFamily("W");
  fork(family, "P", "C");
  const page = frameOf(family, "P", 0);
  family.env.map.count[page]++;
  unmap(family, page, MIGRATE);
  expect(show(family)).toEqual({ P: "m (0,1,0)", C: "m (0,1,0)" });
});

test("an entry's dirty bit goes to the page", () => {
  const family = createFamily("W", { file: "disk", flags: SHARED });
  const page = frameOf(family, "P", 0);
  family.env.map.flags[page] &= ~PageFlag.DIRTY;
  unmap(family, page);
  expect(flagsOf(family, page)).toContain("DIRTY");
});

describe("the walk over the mappers (SPEC §4.7/1, §4.7/2)", () => {
  /** Locks taken for entries, in order. */
  function ptlsTaken(family: Family, work: () => void): string[] {
    const taken: string[] = [];
    const note = (event: KernelEvent): void => {
      if (event.kind === "lock" && event.lock.endsWith(".mm")) taken.push(event.lock);
    };
    attachSink(family.env.sync, { wants: ALL_EVENTS, emit: note });
    work();
    attachSink(family.env.sync, null);
    return taken;
  }

  test("parents come before children, whoever was forked last", () => {
    const family = createFamily("W", { splitPtlocks: false });
    fork(family, "P", "C");
    fork(family, "C", "G");
    fork(family, "P", "D");
    const page = frameOf(family, "P", 0);
    cache(family, page);
    expect(ptlsTaken(family, () => unmap(family, page))).toEqual(["P.mm", "C.mm", "G.mm", "D.mm"]);
    expect(slots(family, 1)).toBe("0x44");
  });

  test("it ends when no entry maps the page any more", () => {
    const family = createFamily("W", { splitPtlocks: false });
    fork(family, "P", "C");
    access(family, "C", 0, true); // C has a page of its own
    const page = frameOf(family, "P", 0);
    cache(family, page);
    expect(ptlsTaken(family, () => unmap(family, page))).toEqual(["P.mm"]);
  });

  test("a mapper whose entry is another page's is passed by", () => {
    const family = createFamily("W", { splitPtlocks: false });
    fork(family, "P", "C");
    access(family, "P", 0, true); // P has copied; the old page is C's, but P's vma may map it
    const page = frameOf(family, "C", 0);
    cache(family, page);
    expect(ptlsTaken(family, () => unmap(family, page))).toEqual(["P.mm", "C.mm"]);
    expect(show(family)).toEqual({ P: "W (0,1,0)", C: "s (0,0,1)" });
  });

  test("a vma that does not reach the page's index is not asked", () => {
    const family = createFamily("W W", { file: "disk" });
    const vma = vmaOf(family, "P");
    const page = frameOf(family, "P", 1);
    family.env.map.index[page] = 7;
    cache(family, page);
    expect(ptlsTaken(family, () => unmap(family, page))).toEqual([]);
    expect(vma.pgoff).toBe(0);
  });

  test("an unmapped page needs no walk", () => {
    const family = createFamily("W");
    const page = frameOf(family, "P", 0);
    cache(family, page);
    unmap(family, page);
    expect(ptlsTaken(family, () => expect(unmap(family, page)).toBe(0))).toEqual([]);
  });

  test("migration leaves the stack that exec is building alone", () => {
    const stack = VmFlag.SEQ_READ | VmFlag.RAND_READ | VmFlag.GROWSDOWN;
    const family = createFamily("- W");
    vmaOf(family, "P").flags = PRIVATE | stack;
    expect(unmap(family, frameOf(family, "P", 1), MIGRATE)).toBe(SwapResult.AGAIN);
    expect(show(family)).toEqual({ P: "- W (0,1,0)" });
    vmaOf(family, "P").flags = PRIVATE | VmFlag.GROWSDOWN;
    family.env.map.count[frameOf(family, "P", 1)]++;
    expect(unmap(family, frameOf(family, "P", 1), MIGRATE)).toBe(SwapResult.SUCCESS);
    expect(show(family)).toEqual({ P: "- M (0,1,0)" });
  });
});

describe("munlock asks, and unmaps nothing (SPEC §4.7/2)", () => {
  const MUNLOCK: TtuFlags = { ...UNMAP, action: TtuAction.MUNLOCK, ignoreMlock: false };

  test("AGAIN where no vma is locked", () => {
    const family = createFamily("W");
    expect(unmap(family, frameOf(family, "P", 0), MUNLOCK)).toBe(SwapResult.AGAIN);
    expect(show(family)).toEqual({ P: "W (0,1,0)" });
  });

  test("MLOCK where some other vma still is, and the page gets its mark back", () => {
    const family = createFamily("W");
    fork(family, "P", "C");
    vmaOf(family, "C").flags |= VmFlag.LOCKED;
    const page = frameOf(family, "P", 0);
    expect(unmap(family, page, MUNLOCK)).toBe(SwapResult.MLOCK);
    expect(flagsOf(family, page)).toContain("MLOCKED");
    expect(show(family)).toEqual({ P: "r (0,1,0)", C: "r' (0,1,0)" });
  });
});

describe("broken rules", () => {
  test("the page must be locked", () => {
    const family = createFamily("W");
    const page = frameOf(family, "P", 0);
    expect(() => run(tryToUnmap(family.env, page, UNMAP))).toThrow(InvariantError);
    expect(show(family)).toEqual({ P: "W (0,1,0)" });
  });

  test("an anonymous page without a slot can only migrate", () => {
    const family = createFamily("W");
    expect(() => unmap(family, frameOf(family, "P", 0))).toThrow(/anon-page-without-slot/);
  });

  test("a KSM page is refused: its stable tree is not modelled", () => {
    const family = createFamily("W");
    const page = frameOf(family, "P", 0);
    family.env.map.mapping[page] = makeMapping(
      mappingId(family.env.map.mapping[page]),
      MappingTag.KSM,
    );
    expect(unmap(family, page)).toBe(SwapResult.FAIL);
    expect(show(family)).toEqual({ P: "W (0,1,0)" });
  });
});
