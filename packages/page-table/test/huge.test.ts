/**
 * Huge pmds in the tables (SPEC §2.4/4, §2.13): letters of a strip of pmds are
 *
 *    T  leads to a pte table        H  maps a huge page        .  none
 */
import { PMD_SIZE, virtAddr } from "@forkpath/abi";
import {
  failNth,
  InvariantError,
  type Mismatch,
  mismatchText,
  runToCompletion,
} from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  allocPmdCell,
  checkPageTables,
  findPmdCell,
  findPteCell,
  forEachHugePmd,
  isPmdTransHuge,
  LEVEL_NAMES,
  NO_CELL,
  NO_TABLE,
  peekEntry,
  pokeEntry,
  pteAlloc,
  pteAllocNow,
  pteAllocOne,
  pteFree,
  pteLow,
  setPte,
  type TableOwner,
  visitTables,
} from "../src/index.ts";
import { entryRow, HUGE_ENTRY } from "../src/internal.ts";
import { createWorld, GiB, showPtes, touch, type World } from "./draw.ts";

/** Appendix A.1: frame 0x200, written to. */
const HUGE = 0x8000_0000_0020_00e7n;

interface HugeWorld extends World {
  readonly owner: TableOwner & { readonly pmdHugePte: number[] };
}

/** Each letter is 2 MiB, from address 0; every H has a table deposited for it. */
function drawPmds(strip: string): HugeWorld {
  const plain = createWorld();
  const world = { ...plain, owner: { ...plain.owner, pmdHugePte: [] as number[] } };
  const { sync, tables, owner } = world;
  [...strip].forEach((letter, slot) => {
    if (letter === "T") touch(world, slot * PMD_SIZE);
    if (letter !== "H") return;
    pokeEntry(tables, pmdOf(world, slot), HUGE);
    owner.pmdHugePte.push(runToCompletion(pteAllocOne(sync, tables, owner)));
    owner.nrPtes++;
  });
  return world;
}

const pmdOf = ({ sync, tables, owner }: World, slot: number): number =>
  runToCompletion(allocPmdCell(sync, tables, owner, slot * PMD_SIZE));

const showPmds = (world: World, slots: number): string =>
  Array.from({ length: slots }, (_, slot) => {
    const cell = pmdOf(world, slot);
    if (peekEntry(world.tables, cell) === 0n) return ".";
    return isPmdTransHuge(pteLow(world.tables, cell)) ? "H" : "T";
  }).join("");

const check = ({ tables, owner }: World): readonly Mismatch[] => checkPageTables(tables, [owner]);

test("a pmd cell is found whatever its entry is, and made without a pte table", () => {
  const world = drawPmds("H.T");
  const { tables, owner } = world;
  const cells = [0, 1, 2].map((slot) => findPmdCell(tables, owner.pgd, virtAddr(slot * PMD_SIZE)));
  expect(cells).toEqual([cells[0], cells[0] + 1, cells[0] + 2]);
  expect(cells).toEqual([0, 1, 2].map((slot) => pmdOf(world, slot)));
  expect(findPmdCell(tables, owner.pgd, virtAddr(5 * GiB))).toBe(NO_CELL);
  expect(showPmds(world, 3)).toBe("H.T");
  expect([owner.nrPtes, check(world)]).toEqual([2, []]);
});

test("walks over ptes pass a huge pmd by, and leave it alone", () => {
  const world = drawPmds("HT");
  const { tables, owner } = world;
  pokeEntry(tables, touch(world, PMD_SIZE), 0x1067n);
  expect(findPteCell(tables, owner.pgd, virtAddr(0x1000))).toBe(NO_CELL);
  expect(showPtes(world)).toEqual({ "0x200000": "0x1067" });
  expect(showPmds(world, 2)).toBe("HT");
});

test("huge pmds are visited by address", () => {
  const world = drawPmds("H.TH");
  const seen: string[] = [];
  forEachHugePmd(world.tables, world.owner.pgd, (addr, cell) => {
    seen.push(`0x${addr.toString(16)} ${peekEntry(world.tables, cell) === HUGE}`);
  });
  expect(seen).toEqual(["0x0 true", "0x600000 true"]);
});

test("one walk tells of tables, ptes and huge pages, by address", () => {
  const world = drawPmds("THT");
  for (const addr of [0x1000, 0x400000]) setPte(world.tables, touch(world, addr), 0x25, 0);
  const seen: string[] = [];
  const see = (what: string, addr: number): number => seen.push(`${what} 0x${addr.toString(16)}`);
  visitTables(world.tables, world.owner.pgd, {
    table: (level, _row, addr) => see(LEVEL_NAMES[level], addr),
    pte: (addr) => see("page", addr),
    hugePmd: (addr) => see("huge page", addr),
  });
  expect(seen).toEqual([
    ...["pgd 0x0", "pud 0x0", "pmd 0x0"],
    ...["pte 0x0", "page 0x1000", "huge page 0x200000", "pte 0x400000", "page 0x400000"],
  ]);
});

describe("a pte table below a huge pmd", () => {
  test("is not made: HUGE_ENTRY says why", () => {
    const world = drawPmds("H");
    const { sync, tables, owner } = world;
    const pmd = pmdOf(world, 0);
    const asked = sync.gate.count;
    expect(runToCompletion(pteAlloc(sync, tables, owner, pmd))).toBe(HUGE_ENTRY);
    expect(pteAllocNow(sync, tables, owner, pmd)).toBe(HUGE_ENTRY);
    expect([sync.gate.count, owner.nrPtes, check(world)]).toEqual([asked, 1, []]);
  });

  test("asked for by address is a broken rule", () => {
    const world = drawPmds("H");
    expect(() => touch(world, 0x1000)).toThrow(InvariantError);
    expect(check(world)).toEqual([]);
  });

  test("loses the race: the fault that came second frees its own (SPEC §2.8/3)", () => {
    const world = drawPmds(".");
    const { sync, tables, owner } = world;
    const cell = pmdOf(world, 0);
    sync.interleaved = true;
    const loser = pteAlloc(sync, tables, owner, cell);
    expect(loser.next().done).toBe(false); // before its allocation
    pokeEntry(tables, cell, HUGE);
    expect(runToCompletion(loser)).toBe(HUGE_ENTRY);
    expect([showPmds(world, 1), owner.nrPtes, tables.liveTables[0]]).toEqual(["H", 0, 0]);
  });
});

describe("deposited tables", () => {
  test("count in nr_ptes, and belong to their owner (I7)", () => {
    const world = drawPmds("HH");
    expect([world.owner.nrPtes, check(world)]).toEqual([2, []]);
  });

  test("the recount finds a lost one, and one that is in use", () => {
    const world = drawPmds("HH");
    const { tables, owner } = world;
    pokeEntry(tables, owner.pmdHugePte[0] * 512 + 7, 1n);
    const lost = owner.pmdHugePte.pop() as number;
    expect(check(world).map(mismatchText)).toEqual([
      `tables: dst deposit: entry 7 of row ${owner.pmdHugePte[0]} is 0x1, not none`,
      "I7: dst: nr_ptes is 2, but 1 counted",
      `tables: row ${lost}: level is pte, not free: no owner reaches it`,
    ]);
  });

  test("cost one allocation each, and go back", () => {
    const { sync, tables, owner } = createWorld();
    failNth(sync.gate, 1);
    const table = runToCompletion(pteAllocOne(sync, tables, owner));
    expect(entryRow(tables, table * 512)).toBe(NO_TABLE);
    expect(runToCompletion(pteAllocOne(sync, tables, owner))).toBe(NO_TABLE);
    pteFree(tables, table);
    expect(tables.liveTables[0]).toBe(0);
  });
});
