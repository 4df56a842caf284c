/** Upper entries: what is bad, and what a walk does about it (SPEC §2.4). */
import { virtAddr } from "@forkpath/abi";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  findPteCell,
  Level,
  NO_CELL,
  NO_TABLE,
  peekEntry,
  pgdOffset,
  pmdOffset,
  pokeEntry,
  pteFromBigint,
  pudOffset,
} from "../src/index.ts";
import { entryRow, isDirBad, noneOrClearBad, populate } from "../src/internal.ts";
import { createWorld, record, showTree, touch, type World } from "./draw.ts";

/** The upper entries above address 0, by level. */
function pathTo0(world: World): { pgd: number; pud: number; pmd: number } {
  const pgd = pgdOffset(world.owner.pgd, virtAddr(0));
  const pud = pudOffset(entryRow(world.tables, pgd), virtAddr(0));
  const pmd = pmdOffset(entryRow(world.tables, pud), virtAddr(0));
  return { pgd, pud, pmd };
}

describe("which flags are bad (SPEC §2.4/3)", () => {
  const verdicts = (entry: bigint): boolean[] => {
    const { low, high } = pteFromBigint(entry);
    return [Level.PMD, Level.PUD, Level.PGD].map((level) => isDirBad(level, low, high));
  };

  test.each([
    ["a user table", 0x1067n, [false, false, false]],
    ["a kernel table: USER is nobody's business", 0x1063n, [false, false, false]],
    ["accessed bit missing: only a pud may", 0x1047n, [true, false, true]],
    ["a huge page", 0x2000e7n, [true, true, true]],
    ["not present at all", 0x1000n, [true, false, true]],
    ["NX", 0x8000000000001067n, [true, true, true]],
    ["a bit above the frame number", 0x400000001067n, [true, true, true]],
    ["the last bit of the frame number", 0x200000001067n, [false, false, false]],
  ])("%s: in pmd, pud, pgd", (_what, entry, bad) => {
    expect(verdicts(entry)).toEqual(bad);
  });

  test("all flag words and frames, against the words of the SPEC in BigInt", () => {
    const PFN = 0x3ffffffff000n;
    fc.assert(
      fc.property(fc.nat(4095), fc.bigInt({ min: 0n, max: 2n ** 52n - 1n }), (flags, rest) => {
        const entry = BigInt(flags) | (rest << 12n);
        const outside = entry & ~PFN;
        const likeTable = (outside & ~0x4n) !== 0x63n;
        expect(verdicts(entry)).toEqual([likeTable, (outside & ~0x67n) !== 0n, likeTable]);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});

describe("none or clear bad (SPEC §2.4/5)", () => {
  test("none: skip, and say nothing", () => {
    const world = createWorld();
    const lines = record(world.sync);
    const pgd = pgdOffset(world.owner.pgd, virtAddr(0));
    expect(noneOrClearBad(world.sync, world.tables, Level.PGD, pgd)).toBe(true);
    expect(lines).toEqual([]);
  });

  test("good: go on, and change nothing", () => {
    const world = createWorld();
    touch(world, 0);
    const { pmd } = pathTo0(world);
    const before = peekEntry(world.tables, pmd);
    expect(noneOrClearBad(world.sync, world.tables, Level.PMD, pmd)).toBe(false);
    expect(peekEntry(world.tables, pmd)).toBe(before);
  });

  test.each([
    ["pgd", Level.PGD],
    ["pud", Level.PUD],
    ["pmd", Level.PMD],
  ] as const)("bad in a %s: report where it stands, clear it, skip", (name, level) => {
    const world = createWorld();
    touch(world, 0);
    const cell = pathTo0(world)[name];
    pokeEntry(world.tables, cell, 0xbad0_0000_0000_0fffn);
    const lines = record(world.sync);
    expect(noneOrClearBad(world.sync, world.tables, level, cell)).toBe(true);
    expect(lines).toEqual([`bad_dir ${name} 0xbad0000000000fff`]);
    expect(peekEntry(world.tables, cell)).toBe(0n);
  });

  test("it is cleared also when nobody listens", () => {
    const world = createWorld();
    const cell = pgdOffset(world.owner.pgd, virtAddr(0));
    pokeEntry(world.tables, cell, 0xfffn);
    expect(noneOrClearBad(world.sync, world.tables, Level.PGD, cell)).toBe(true);
    expect(peekEntry(world.tables, cell)).toBe(0n);
  });
});

test("an upper entry is exact, and its frame number is the row below", () => {
  const world = createWorld();
  const cell = world.owner.pgd * 512;
  for (const row of [1, 0xfffff, 0x100000, 2 ** 23 - 2]) {
    populate(world.tables, cell, row);
    expect(peekEntry(world.tables, cell)).toBe((BigInt(row) << 12n) | 0x67n);
    expect(entryRow(world.tables, cell)).toBe(row);
  }
  pokeEntry(world.tables, cell, 0n);
  expect(entryRow(world.tables, cell)).toBe(NO_TABLE);
});

describe("lookups pass a damaged entry by, and leave it (follow_page)", () => {
  test.each(["pgd", "pud", "pmd"] as const)("in a %s", (name) => {
    const world = createWorld();
    const pte = touch(world, 0x3000);
    expect(findPteCell(world.tables, world.owner.pgd, virtAddr(0x3fff))).toBe(pte);
    const cell = pathTo0(world)[name];
    pokeEntry(world.tables, cell, peekEntry(world.tables, cell) | 0x800n);
    expect(findPteCell(world.tables, world.owner.pgd, virtAddr(0x3000))).toBe(NO_CELL);
    expect(showTree(world).length).toBeLessThan(3);
    expect(peekEntry(world.tables, cell) & 0xfffn).toBe(0x867n);
  });
});
