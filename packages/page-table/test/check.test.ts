/** The recount finds each kind of damage, and names it. */
import { virtAddr } from "@forkpath/abi";
import type { Mismatch } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  checkBlocks,
  checkPageTables,
  findPteCell,
  forEachPte,
  forEachTable,
  peekEntry,
  pokeEntry,
  setPte,
} from "../src/index.ts";
import { copyBlocks, entryRow } from "../src/internal.ts";
import { createOwner, drawStrip, showPtes, type World } from "./draw.ts";

const check = ({ tables, owner }: World): readonly Mismatch[] => checkPageTables(tables, [owner]);
/** A mismatch of the tree of dst, or of whatever else is named. */
const wrong = (owner: string, field: string, kept: string, counted: string): Mismatch => ({
  rule: "tables",
  owner,
  field,
  kept,
  counted,
});
const nrPtes = (kept: number, counted: number): Mismatch => ({
  rule: "I7",
  owner: "dst",
  field: "nr_ptes",
  kept,
  counted,
});
const lost = (row: number, level: string): Mismatch =>
  wrong(`row ${row}`, "level", level, "free: no owner reaches it");
/** The first pmd table's row. */
const pmdRow = ({ tables, owner }: World): number =>
  entryRow(tables, entryRow(tables, owner.pgd * 512) * 512);

describe("damage", () => {
  test("a pte table more or less than nr_ptes says (I7)", () => {
    const world = drawStrip("TT");
    world.owner.nrPtes = 3;
    expect(check(world)).toEqual([nrPtes(3, 2)]);
  });

  test("a table reached twice", () => {
    const world = drawStrip("TT");
    const pmd = pmdRow(world);
    const row = entryRow(world.tables, pmd * 512);
    const hidden = entryRow(world.tables, pmd * 512 + 1);
    pokeEntry(world.tables, pmd * 512 + 1, peekEntry(world.tables, pmd * 512));
    expect(check(world)).toEqual([
      wrong("dst pgd[0] pud[0] pmd[1]", `row ${row}`, "reached twice", "once"),
      nrPtes(2, 1),
      lost(hidden, "pte"),
    ]);
  });

  test("a bad entry, and the table that it hides", () => {
    const world = drawStrip("T");
    const pmd = pmdRow(world);
    const row = entryRow(world.tables, pmd * 512);
    pokeEntry(world.tables, pmd * 512, 0xe7n);
    expect(check(world)).toEqual([
      wrong("dst pgd[0] pud[0] pmd[0]", "entry", "0xe7", "none or a table"),
      nrPtes(1, 0),
      lost(row, "pte"),
    ]);
  });

  test("an entry that leads to no table, or to one of another level", () => {
    const world = drawStrip("T");
    const pmd = pmdRow(world);
    pokeEntry(world.tables, pmd * 512 + 8, 0xfff067n);
    pokeEntry(world.tables, pmd * 512 + 9, BigInt(pmd * 4096 + 0x67));
    expect(check(world)).toEqual([
      wrong("dst pgd[0] pud[0] pmd[8]", "entry", "row 4095", "a pte table"),
      wrong("dst pgd[0] pud[0] pmd[9]", "entry", `row ${pmd}`, "a pte table"),
    ]);
  });

  test("an owner that was forgotten, and a count that lies", () => {
    const world = drawStrip("T");
    const other = createOwner(world.sync, world.tables);
    expect(checkPageTables(world.tables, [world.owner, other])).toEqual([]);
    world.tables.liveTables[2]--;
    expect(check(world)).toEqual([
      lost(other.pgd, "pgd"),
      { rule: "tables", owner: "machine", field: "pud tables", kept: 0, counted: 1 },
    ]);
  });
});

describe("blocks", () => {
  test("what was written past them is found in every place, and by nothing else", () => {
    const world = drawStrip("T");
    const { tables, owner } = world;
    expect(checkBlocks(tables)).toEqual([]);
    const cell = findPteCell(tables, owner.pgd, virtAddr(0x25000));
    for (const words of [tables.low[0], tables.high[0]]) {
      words[cell] = 0x25;
      expect(showPtes(world)).toEqual({});
      const found = words === tables.low[0] ? "0x25" : "0x2500000000";
      const row = `row ${Math.floor(cell / 512)}`;
      expect(checkBlocks(tables)).toEqual([wrong(row, "block of entry 37", "none", found)]);
      words[cell] = 0;
    }
    setPte(tables, cell, 0x25, 0);
    expect(showPtes(world)).toEqual({ "0x25000": "0x25" });
    expect(checkBlocks(tables)).toEqual([]);
  });

  test("a table that is copied to without setPte has the blocks of the other", () => {
    const world = drawStrip("TT");
    const { tables, owner } = world;
    const [from, to] = [0, 0x200000].map((at) => findPteCell(tables, owner.pgd, virtAddr(at)));
    setPte(tables, from + 500, 0x25, 0);
    copyBlocks(tables, from, to);
    tables.low[0][to + 500] = 0x25;
    expect(checkBlocks(tables)).toEqual([]);
    expect(showPtes(world)).toEqual({ "0x1f4000": "0x25", "0x3f4000": "0x25" });
  });
});

describe("visiting", () => {
  test("ptes come by address, with the cell where each stands; none is left out", () => {
    const world = drawStrip("T.T");
    const { tables, owner } = world;
    const addrs = [0x0, 0x1ff000, 0x400000];
    const cells = addrs.map((addr) => findPteCell(tables, owner.pgd, virtAddr(addr)));
    cells.forEach((cell, index) => {
      setPte(tables, cell, 0x25, index << 31);
    });
    expect(showPtes(world)).toEqual({
      "0x0": "0x25",
      "0x1ff000": "0x8000000000000025",
      "0x400000": "0x25",
    });
    const visited: number[] = [];
    forEachPte(tables, owner.pgd, (_addr, cell) => visited.push(cell));
    expect(visited).toEqual(cells);
  });

  test("a row that is no pgd cannot be visited or searched", () => {
    const { tables } = drawStrip("T");
    expect(() => forEachTable(tables, 2, () => {})).toThrow(RangeError);
    expect(() => findPteCell(tables, 0, virtAddr(0))).toThrow(RangeError);
  });

  test.each([-1, 2 ** 47, 4096.5, Number.NaN])("address %d cannot be searched", (addr) => {
    const { tables, owner } = drawStrip("T");
    expect(() => findPteCell(tables, owner.pgd, virtAddr(addr))).toThrow(
      /^findPteCell: va must be/,
    );
  });
});
