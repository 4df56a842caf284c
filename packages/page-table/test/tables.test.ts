/** The pool: rows that are reused, chunks that never move, cells that are checked on request. */
import { PMD_SIZE } from "@forkpath/abi";
import { describe, expect, test } from "vitest";
import {
  clearPte,
  createPageTables,
  freePgdRange,
  isPteSame,
  Level,
  NO_CELL,
  peekEntry,
  pgdAlloc,
  pgdFree,
  pokeEntry,
  pteHigh,
  pteLow,
  ptepSetAccessFlags,
  ptepSetWrprotect,
  ptlOf,
  setPte,
} from "../src/index.ts";
import { CHUNK_MASK, CHUNK_SHIFT, CHUNK_TABLES, isTable, tableBytes } from "../src/internal.ts";
import { createOwner, createWorld, touch, type World } from "./draw.ts";

const CHUNK_BYTES = 2 * 2 ** CHUNK_SHIFT * 4; // two columns of 32-bit words

describe("rows", () => {
  test("a machine without tables takes no memory; row 0 is never a table", () => {
    const tables = createPageTables({ splitPtlocks: true });
    expect(tableBytes(tables)).toBe(0);
    const { sync } = createWorld();
    expect(pgdAlloc(sync, tables)).toBe(1);
    expect(isTable(tables, Level.PGD, 0)).toBe(false);
    expect(tableBytes(tables)).toBe(CHUNK_BYTES);
  });

  test("a row that comes back is empty, whatever its last table held", () => {
    const { sync, tables, owner } = createWorld();
    for (let index = 0; index < 512; index++) {
      setPte(tables, owner.pgd * 512 + index, 0xffffffff, 0xffffffff);
    }
    pgdFree(tables, owner.pgd);
    expect(pgdAlloc(sync, tables)).toBe(owner.pgd);
    for (let index = 0; index < 512; index++) {
      expect(peekEntry(tables, owner.pgd * 512 + index)).toBe(0n);
    }
  });

  test("a new chunk leaves the old one where it is", () => {
    const { sync, tables, owner } = createWorld();
    const first = tables.low[0];
    setPte(tables, owner.pgd * 512, 0x67, 0);
    while (pgdAlloc(sync, tables) < CHUNK_TABLES); // row 0 stands in the first chunk too
    expect(tables.low).toHaveLength(2);
    expect(tables.low[0]).toBe(first);
    expect(tables.liveTables).toEqual([0, 0, 0, CHUNK_TABLES]);
    expect(tableBytes(tables)).toBe(2 * CHUNK_BYTES);

    const cell = CHUNK_TABLES * 512 + 7; // entry 7 of the first row of the second chunk
    setPte(tables, cell, 1, 2);
    expect([cell >>> CHUNK_SHIFT, cell & CHUNK_MASK]).toEqual([1, 7]);
    expect([tables.low[1][7], tables.high[1][7]]).toEqual([1, 2]);
    expect(pteLow(tables, owner.pgd * 512)).toBe(0x67);
  });
});

describe("the lock of a pte table (SPEC §1.1)", () => {
  test("is its own where locks are split, one for each table", () => {
    const world = createWorld(true);
    const [first, second] = [touch(world, 0), touch(world, PMD_SIZE)].map((cell) =>
      ptlOf(world.tables, world.owner, Math.floor(cell / 512)),
    );
    expect([first.name, first.lockClass]).toEqual(["dst.pt", "pte_lock"]);
    expect(new Set([first, second, world.owner.pageTableLock]).size).toBe(3);
  });

  test("stays with the row, and takes the name of the row's next owner", () => {
    const first = createWorld(true);
    const { sync, tables } = first;
    const second: World = { sync, tables, owner: createOwner(sync, tables, "src") };
    for (const world of [first, second]) touch(world, PMD_SIZE); // the upper tables of both
    const row = Math.floor(touch(first, 0) / 512);
    const lock = ptlOf(tables, first.owner, row);
    freePgdRange(sync, tables, first.owner, 0, 4096, 0, PMD_SIZE);

    expect(touch(second, 0)).toBe(row * 512);
    expect(ptlOf(tables, second.owner, row)).toBe(lock);
    expect(lock.name).toBe("src.pt");
  });

  test("is the owner's page_table_lock where they are not", () => {
    const world = createWorld(false);
    const row = Math.floor(touch(world, 0) / 512);
    expect(ptlOf(world.tables, world.owner, row)).toBe(world.owner.pageTableLock);
  });
});

describe("one entry (SPEC §2.3)", () => {
  test("write-protecting in place clears RW and nothing else", () => {
    const world = createWorld();
    const cell = touch(world, 0);
    setPte(world.tables, cell, 0xffffffff, 0x80000000);
    ptepSetWrprotect(world.tables, cell);
    expect([pteLow(world.tables, cell), pteHigh(world.tables, cell)]).toEqual([
      0xfffffffd, 0x80000000,
    ]);
    clearPte(world.tables, cell);
    expect(peekEntry(world.tables, cell)).toBe(0n);
  });

  test("a read fault says that the accessed bit is missing, and stores nothing", () => {
    const { tables, ...world } = createWorld();
    const cell = touch({ tables, ...world }, 0);
    setPte(tables, cell, 0x1234005, 0);
    expect(ptepSetAccessFlags(tables, cell, 0x1234025, 0, false)).toBe(true);
    expect(isPteSame(tables, cell, 0x1234005, 0)).toBe(true);
    expect(ptepSetAccessFlags(tables, cell, 0x1234067, 0, true)).toBe(true);
    expect(isPteSame(tables, cell, 0x1234067, 0)).toBe(true);
    expect(ptepSetAccessFlags(tables, cell, 0x1234067, 0, true)).toBe(false);
    expect(isPteSame(tables, cell, 0x1234067, 1)).toBe(false);
  });
});

describe("misuse changes nothing and says what was wanted", () => {
  test.each([
    ["in row 0", 511, RangeError],
    ["beyond the pool", 2 ** 31, RangeError],
    ["in no row at all", NO_CELL, RangeError],
    ["below zero", -1, RangeError],
    ["between two cells", 512.5, TypeError],
    ["not a number", Number.NaN, TypeError],
  ])("a cell %s", (_where, cell, kind) => {
    const { tables } = createWorld();
    expect(() => pokeEntry(tables, cell, 1n)).toThrow(kind);
    expect(() => peekEntry(tables, cell)).toThrow(/^peekEntry: cell must /);
    expect(tables.low[0].every((word) => word === 0)).toBe(true);
  });

  test("a value wider than an entry", () => {
    const { tables, owner } = createWorld();
    const cell = owner.pgd * 512;
    expect(() => pokeEntry(tables, cell, 1n << 64n)).toThrow(RangeError);
    expect(peekEntry(tables, cell)).toBe(0n);
    pokeEntry(tables, cell, 0x80000000_01234067n);
    expect(peekEntry(tables, cell)).toBe(0x80000000_01234067n);
  });

  test("a configuration that does not say how locks are", () => {
    expect(() => createPageTables({} as { splitPtlocks: boolean })).toThrow(
      new TypeError("createPageTables: splitPtlocks must be a boolean, got undefined"),
    );
  });

  test("a pgd given back twice, or a row that is no pgd", () => {
    const world = createWorld();
    const pteRow = Math.floor(touch(world, 0) / 512);
    expect(() => pgdFree(world.tables, pteRow)).toThrow(RangeError);
    expect(isTable(world.tables, Level.PTE, pteRow)).toBe(true);
    pgdFree(world.tables, world.owner.pgd);
    expect(() => pgdFree(world.tables, world.owner.pgd)).toThrow(
      `pgdFree: pgd must be the row of a pgd table, got ${world.owner.pgd}`,
    );
    expect(() => pgdFree(world.tables, Number.NaN)).toThrow(RangeError);
  });
});
