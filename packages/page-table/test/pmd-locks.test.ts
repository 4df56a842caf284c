/** What is locked while a table is hooked in: one lock of the owner, or one of each pmd table. */
import { type KernelName, rulesOf, virtAddr } from "@forkpath/abi";
import { expect, test } from "vitest";
import { createPageTables, findPmdCell, pageTableRules, pmdLockOf } from "../src/index.ts";
import { createOwner, createWorld, GiB, record, touch, type World } from "./draw.ts";

function createWorldOf(kernel: KernelName): World {
  const { sync } = createWorld();
  const rules = rulesOf(pageTableRules, kernel);
  const tables = createPageTables({ splitPtlocks: true, rules });
  return { sync, tables, owner: createOwner(sync, tables, "mm1") };
}

test("from v4.4 on a pte table is hooked in under the lock of its pmd table (L6/6)", () => {
  const locksOn = (kernel: KernelName): string[] => {
    const world = createWorldOf(kernel);
    const lines = record(world.sync);
    touch(world, 0x402000);
    return lines.filter((line) => line.startsWith("lock"));
  };
  const upper = ["lock mm1.mm in __pud_alloc", "lock mm1.mm in __pmd_alloc"];
  expect(locksOn("rhel7")).toEqual([...upper, "lock mm1.mm in __pte_alloc"]);
  expect(locksOn("v4.4")).toEqual([...upper, "lock mm1.pmd in __pte_alloc"]);
});

test("two pmd tables have a lock each, of a class of their own (L0.2)", () => {
  const world = createWorldOf("v6.18");
  const { tables, owner } = world;
  const lockAt = (addr: number) => {
    touch(world, addr);
    return pmdLockOf(tables, owner, findPmdCell(tables, owner.pgd, virtAddr(addr)));
  };
  const [first, same, other] = [lockAt(0), lockAt(GiB - 4096), lockAt(GiB)];
  expect([first === same, first === other]).toEqual([true, false]);
  expect([first, other].map(({ lockClass }) => lockClass)).toEqual(["pmd_lock", "pmd_lock"]);
});
