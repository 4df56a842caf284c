/**
 * What SCHEMA.md describes and no public vector shows: damaged directories, the answer of the
 * pfn-map tracker, and other CPUs inside cond_resched. Each picture follows SPEC §6.7 to §6.10.
 */
import type { ForkExpect, ForkVector } from "@forkpath/conformance";
import { expect, test } from "vitest";
import { forkpathModel } from "../src/index.ts";
import { createOutside } from "../src/outside.ts";
import { runFork } from "../src/run-fork.ts";
import { area, at, config, forkVector, PAGE, PTE_TABLE, parentWith } from "./vectors.ts";

function run(vector: ForkVector): ForkExpect {
  const outside = createOutside(vector.config);
  return runFork(forkpathModel().build(vector, outside), vector, outside);
}

/** Lines of the trace that begin with one of `words`. */
const pick = ({ events = [] }: ForkExpect, ...words: readonly string[]): string[] =>
  events.filter((line) => words.some((word) => line.startsWith(word)));

/** A swap file with one slot, 5, whose count fits no higher: 62. */
const FULL_SLOT = {
  swapDevices: [{ type: 0, max: 4096 }],
  swap: [{ type: 0, offset: "0x5", map: "0x3e", state: "in-use", count: 62 }],
  parent: parentWith([0, "0xa00"]), // offset 5 at bit 9
} as const satisfies Partial<ForkVector>;

test("a bad pmd entry is reported, cleared and skipped; its neighbour is copied", () => {
  const parent = {
    ...parentWith([PTE_TABLE - PAGE, "0x20067"]), // frame 0x20, present, rw, user, accessed, dirty
    badEntries: [{ level: "pmd", addr: at(PTE_TABLE), value: "0x5000" }],
  } as const;
  const pages = [{ pfn: "0x20", count: 1, mapcount: 1, anon: true }];
  const vmas = [area(at(PTE_TABLE - PAGE), at(PTE_TABLE + PAGE))];
  const got = run(forkVector({ parent, pages, vmas }));
  expect(got).toMatchObject({
    ret: 0,
    childPtes: [{ addr: at(PTE_TABLE - PAGE), pte: "0x20045" }], // neither rw nor accessed
    tables: { pud: 1, pmd: 1, pte: 1 },
    badDirs: [{ level: "pmd", addr: at(PTE_TABLE), value: "0x5000" }],
  });
  expect(got.events?.slice(-4)).toEqual([
    "cond_resched",
    "bad_dir pmd 0x5000",
    `notify_end ${at(PTE_TABLE - PAGE)} ${at(PTE_TABLE + PAGE)}`,
    "ret 0",
  ]);
});

test("a bad pud entry is found when the child has its own pud table, a bad pgd entry before", () => {
  const withBad = (level: "pgd" | "pud"): ForkExpect => {
    const badEntries = [{ level, addr: "0x0", entry: "0x9f00" }]; // the value's name is open
    const vmas = [area("0x0", "0x10000")];
    return run(forkVector({ parent: { ...parentWith(), badEntries }, vmas }));
  };
  expect(withBad("pud")).toMatchObject({ tables: { pud: 1, pmd: 0, pte: 0 }, allocs: 1 });
  expect(withBad("pgd")).toMatchObject({ tables: { pud: 0, pmd: 0, pte: 0 }, allocs: 0 });
});

test("the pfn-map tracker's refusal ends the copy before anything happens", () => {
  const vma = area(at(0), at(PAGE));
  const pfnmap = { ...vma, flags: [...vma.flags, "VM_PFNMAP"], flagsValue: "0x433" };
  const vector = forkVector({
    config: config({ trackPfnRet: -22 }),
    vmas: [pfnmap, area(at(PAGE), at(2 * PAGE))],
    parent: parentWith([0, "0x20267"]),
  });
  expect(run(vector)).toMatchObject({
    ret: -22,
    rets: [-22], // the second area is never asked about
    childPtes: [],
    allocs: 0,
    trackPfnCalls: 1,
    notifier: [],
    events: ["vma 0", "track_pfn_vma_copy -22", "ret -22"],
  });
});

test("an entry that another CPU clears while a page is fetched is still remembered (D15)", () => {
  const hooks = [{ atCondResched: 0, setParentPte: { addr: at(0), pte: "0x0" } }];
  const failAlloc = [3, 5]; // the page under the locks, and the one that nobody needs any more
  const got = run(forkVector({ ...FULL_SLOT, config: config({ failAlloc, hooks }) }));
  expect(got).toMatchObject({
    ret: -12,
    childPtes: [],
    parentPtes: [{ addr: at(0), pte: "0x0" }],
    allocs: 6,
    batches: 2,
    contPages: [{ type: 0, head: "0x0", pages: 1 }],
  });
  expect(pick(got, "alloc swapcont", "cond_resched", "hook", "ret")).toEqual([
    "alloc swapcont.atomic fail",
    "cond_resched",
    `hook set_parent_pte ${at(0)} 0x0`,
    "alloc swapcont.kernel ok",
    "cond_resched",
    "alloc swapcont.kernel fail",
    "ret -12",
  ]);
});

test("a page that is no longer needed when it comes is given back", () => {
  const setSwapMap = { type: 0, offset: "0x5", map: "0x02" };
  const hooks = [{ atCondResched: 0, setSwapMap }]; // 60 others have let go
  const got = run(forkVector({ ...FULL_SLOT, config: config({ failAlloc: [3], hooks }) }));
  expect(got).toMatchObject({
    ret: 0,
    childPtes: [{ addr: at(0), pte: "0xa00" }],
    swap: [{ type: 0, offset: "0x5", map: "0x03", state: "in-use", count: 3 }],
    counters: { swapUsage: 1 },
  });
  expect(got).not.toHaveProperty("contPages");
  expect(got.events).toContain("hook set_swap_map 0 0x5 0x02");
  expect(got.events).toContain("free_page swapcont");
});

test("who wants the parent's or the child's lock is asked in turn, each by its own count", () => {
  // A copied entry costs 8 of a budget of 32: polls come before the fifth and the ninth entry.
  const entries = Array.from({ length: 9 }, (_, index) => [index * PAGE, "0x10265"] as const);
  const scripts = config({ needbreakSrc: [1], needbreakDst: [0] });
  const got = run(forkVector({ parent: parentWith(...entries), config: scripts }));
  expect(pick(got, "need_resched", "spin_needbreak", "cond_resched")).toEqual([
    "need_resched 0",
    "spin_needbreak src 0",
    "spin_needbreak dst 1",
    "cond_resched",
    "need_resched 0",
    "spin_needbreak src 1",
    "cond_resched",
    "cond_resched",
  ]);
  expect(got).toMatchObject({ batches: 3, lockBreaks: 2 });
  expect(got.polls).toEqual({ needResched: 2, needbreakSrc: 2, needbreakDst: 1 });
});
