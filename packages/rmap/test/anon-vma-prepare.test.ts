/** SPEC §4.5, anon_vma_prepare: the first write fault of a vma, and neighbours that share. */
import { Errno, PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { attachSink, EventClass } from "@forkpath/events";
import { failNth } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import type { AnonVma } from "../src/index.ts";
import { findMergeableAnonVma, type MergeableVma, reusableAnonVma } from "../src/internal.ts";
import { createFamily, draw, fork, map, prepare, vmaOf, write } from "./family.ts";

test("the first write makes a root of degree 2: its vma, and itself", () => {
  const family = createFamily();
  map(family, "P");
  expect(prepare(family, "P")).toBe(0);
  expect(draw(family)).toEqual({ vmas: { P: "A*" }, anonVmas: { A: "P | degree 2" } });
  const owner = vmaOf(family, "P").anonVma!;
  expect([owner.root, owner.parent]).toEqual([owner, owner]);
});

test("the second write finds it there, and allocates nothing", () => {
  const family = createFamily();
  write(family, "P");
  const { count } = family.sync.gate;
  const before = draw(family);
  expect(prepare(family, "P")).toBe(0);
  expect(draw(family)).toEqual(before);
  expect(family.sync.gate.count).toBe(count);
});

test("a mergeable neighbour lends its anon_vma: one link, one degree, no new anon_vma", () => {
  const family = createFamily();
  const { anonVma } = write(family, "P");
  map(family, "Q");
  expect(prepare(family, "Q", () => anonVma)).toBe(0);
  expect(draw(family)).toEqual({ vmas: { P: "A*", Q: "A*" }, anonVmas: { A: "P Q | degree 3" } });
  expect(family.sync.gate.count).toBe(3);
});

test.each([
  ["the link", 0],
  ["the anon_vma", 1],
])("without memory for %s the vma stays as it was", (_, request) => {
  const family = createFamily();
  map(family, "P");
  failNth(family.sync.gate, request);
  expect(prepare(family, "P")).toBe(-Errno.ENOMEM);
  expect(draw(family)).toEqual({ vmas: { P: "-" }, anonVmas: {} });
});

test("the page-table lock is taken inside the root's lock: SPEC §0.7/3-4", () => {
  const family = createFamily();
  map(family, "P");
  const locks: string[] = [];
  attachSink(family.sync, {
    wants: EventClass.LOCK,
    emit: (event) => {
      if ("lock" in event) locks.push(`${event.kind} ${event.lock}`);
    },
  });
  prepare(family, "P");
  expect(locks).toEqual([
    "lock anon_vma1.lock",
    "lock page_table_lock",
    "unlock page_table_lock",
    "unlock anon_vma1.lock",
  ]);
});

describe("who may share: the vmas lower = pages 10-14, upper = pages 14-18", () => {
  const flags = VmFlag.READ | VmFlag.WRITE | VmFlag.MAYREAD | VmFlag.MAYWRITE;
  const owner = (): AnonVma => write(createFamily(), "owner").anonVma!;
  const area = (startPage: number, change: Partial<MergeableVma> = {}): MergeableVma => ({
    start: startPage * PAGE_SIZE,
    end: (startPage + 4) * PAGE_SIZE,
    pgoff: startPage,
    flags,
    file: null,
    anonVma: null,
    anonVmaChain: [],
    ...change,
  });
  /** An area that wrote: an anon_vma of its own, and one link. */
  const written = (startPage: number, change: Partial<MergeableVma> = {}): MergeableVma => {
    const anonVma = owner();
    return area(startPage, { anonVma, anonVmaChain: [anonVma.chains.first!], ...change });
  };

  test("equal neighbours share", () => {
    const lower = written(10);
    expect(reusableAnonVma(lower, lower, area(14))).toBe(lower.anonVma);
  });

  test("protection does not matter: an mprotect would have split them", () => {
    const lower = written(10);
    const guard = area(14, { flags: VmFlag.MAYREAD | VmFlag.MAYWRITE });
    expect(reusableAnonVma(lower, lower, guard)).toBe(lower.anonVma);
  });

  test.each<[string, Partial<MergeableVma>]>([
    ["a gap between them", { start: 15 * PAGE_SIZE }],
    ["other flags", { flags: flags | VmFlag.LOCKED }],
    ["another file", { file: {} }],
    ["another NUMA policy", { policy: {} }],
    ["an offset that does not continue", { pgoff: 15 }],
    ["a flag beyond 32 bits", { flags: flags + VmFlag.HUGEPAGE }],
  ])("%s keeps them apart", (_, change) => {
    const lower = written(10);
    expect(reusableAnonVma(lower, lower, area(14, change))).toBeNull();
  });

  test("a neighbour that was forked from somewhere has two links, and lends nothing", () => {
    const family = createFamily();
    write(family, "P");
    fork(family, "P", "C");
    const { anonVma, anonVmaChain } = vmaOf(family, "C");
    const lower = area(10, { anonVma, anonVmaChain });
    expect(reusableAnonVma(lower, lower, area(14))).toBeNull();
  });

  test("the next vma is asked first, then the previous one", () => {
    const [previous, next] = [written(10), written(18)];
    const vma = area(14);
    expect(findMergeableAnonVma(vma, previous, next)).toBe(next.anonVma);
    expect(findMergeableAnonVma(vma, previous, area(18))).toBe(previous.anonVma);
    expect(findMergeableAnonVma(vma, previous, null)).toBe(previous.anonVma);
    expect(findMergeableAnonVma(vma, null, area(18))).toBeNull();
    expect(findMergeableAnonVma(vma, null, null)).toBeNull();
  });
});
