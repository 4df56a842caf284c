/**
 * Giving tables back (SPEC §2.10).
 *
 * In the strips a letter is one pte table of 2 MiB: T is there, a dot is gone. The mapping that
 * goes is drawn below its strip, with ( and ) for floor and ceiling where it has neighbours.
 */
import { PMD_SIZE, virtAddr } from "@forkpath/abi";
import {
  InvariantError,
  type KernelThread,
  makePoint,
  PointKind,
  runToCompletion,
  takeLeafLock,
} from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  checkPageTables,
  type FreedRange,
  findPteCell,
  freePgdRange,
  freePgtables,
  NO_TABLE,
  peekEntry,
  pgdFree,
  pmdOffset,
  pokeEntry,
  ptlOf,
  pudOffset,
} from "../src/index.ts";
import { entryRow } from "../src/internal.ts";
import {
  createWorld,
  drawStrip,
  GiB,
  MiB,
  record,
  showStrip,
  showTree,
  touch,
  type World,
} from "./draw.ts";

/** Frees [addr, end) between the neighbours and shows what is left of the strip. */
function freeFrom(strip: string, addr: number, end: number, floor = 0, ceiling = 0): string {
  const world = drawStrip(strip);
  const before = world.owner.nrPtes;
  freePgdRange(world.sync, world.tables, world.owner, addr, end, floor, ceiling);
  const after = showStrip(world, strip.length);
  const gone = [...strip].filter((letter, slot) => letter === "T" && after[slot] === ".").length;
  expect(world.owner.nrPtes).toBe(before - gone);
  expect(checkPageTables(world.tables, [world.owner])).toEqual([]);
  return after;
}

describe("pte tables between floor and ceiling (SPEC §2.10/4)", () => {
  test("no neighbours: every table that the range touches goes", () => {
    expect(freeFrom("TTT", 1 * MiB, 5 * MiB)).toBe("...");
    //               ├──┤
  });

  test("the neighbour below keeps the table that both use", () => {
    expect(freeFrom("TTT", 1 * MiB, 5 * MiB, 1 * MiB)).toBe("T..");
    //              (├─┤
  });

  test("the neighbour above keeps the table that both use", () => {
    expect(freeFrom("TTT", 1 * MiB, 5 * MiB, 0, 5 * MiB)).toBe("..T");
    //               ├─)
  });

  test("neighbours on both sides, each in a table of its own: all that the range touched goes", () => {
    expect(freeFrom("TTTT", 3 * MiB, 5 * MiB, 2 * MiB, 6 * MiB)).toBe("T..T");
    //                (├┤)
  });

  test("neighbours in the same table: it stays", () => {
    expect(freeFrom("TTTT", 2.5 * MiB, 3.5 * MiB, 2.5 * MiB, 3.5 * MiB)).toBe("TTTT");
    //                 ()
  });

  test("a neighbour below with a gap between, but in the first table all the same", () => {
    expect(freeFrom("TTTT", 3 * MiB, 6 * MiB, 2 * MiB + 4096, 6 * MiB)).toBe("TT.T");
    //                (├─┤)
  });

  test("a ceiling in the very first table leaves nothing to do", () => {
    expect(freeFrom("TTTT", 0, 1 * MiB, 0, 1 * MiB)).toBe("TTTT");
    expect(freeFrom("TTTT", 0, 5 * MiB, 0, 1 * MiB)).toBe("TTTT"); // not even if the range is past it
  });

  test("holes are no obstacle", () => {
    expect(freeFrom("T..T", 0, 8 * MiB)).toBe("....");
  });

  test("an empty range frees nothing", () => {
    expect(freeFrom("TTTT", 4 * MiB, 4 * MiB)).toBe("TTTT");
  });
});

describe("pmd and pud tables go when their whole span is free (SPEC §2.10/4)", () => {
  const twoPmdTables = (): World => {
    const world = createWorld();
    touch(world, 0);
    touch(world, GiB);
    return world;
  };
  const freeFirst = (world: World, ceiling: number): void =>
    freePgdRange(world.sync, world.tables, world.owner, 0, PMD_SIZE, 0, ceiling);

  test("a neighbour in the same GiB: pte table gone, pmd table stays", () => {
    const world = twoPmdTables();
    freeFirst(world, GiB - 4096);
    expect(showTree(world)).toEqual(["pud 0x0", "pmd 0x0", "pmd 0x40000000", "pte 0x40000000"]);
  });

  test("a neighbour in the next GiB: pmd table gone too, pud table stays", () => {
    const world = twoPmdTables();
    freeFirst(world, GiB);
    expect(showTree(world)).toEqual(["pud 0x0", "pmd 0x40000000", "pte 0x40000000"]);
  });

  test("a floor inside the GiB keeps the pmd table as well", () => {
    const world = drawStrip("TT");
    freePgdRange(world.sync, world.tables, world.owner, PMD_SIZE, 2 * PMD_SIZE, PMD_SIZE, 0);
    expect(showTree(world)).toEqual(["pud 0x0", "pmd 0x0", "pte 0x0"]);
  });

  test("no neighbours at all: the pgd is empty", () => {
    const world = twoPmdTables();
    freePgdRange(world.sync, world.tables, world.owner, 0, GiB + 4096, 0, 0);
    expect(showTree(world)).toEqual([]);
    expect(world.tables.liveTables).toEqual([0, 0, 0, 1]);
    pgdFree(world.tables, world.owner.pgd);
    expect(world.tables.liveTables).toEqual([0, 0, 0, 0]);
  });

  test("up to the last page of user space", () => {
    const world = createWorld();
    const top = 2 ** 47 - 4096;
    touch(world, top - 4096);
    freePgdRange(world.sync, world.tables, world.owner, top - 4096, top, 0, 0);
    expect(showTree(world)).toEqual([]);
  });

  test("a table kept for a neighbour goes with the neighbour (SPEC §2.10/5)", () => {
    const world = drawStrip("TTT");
    const { sync, tables, owner } = world;
    freePgdRange(sync, tables, owner, 3 * MiB, 6 * MiB, 3 * MiB, 0);
    expect(showStrip(world, 3)).toBe("TT.");
    freePgdRange(sync, tables, owner, 0, 3 * MiB, 0, 0);
    expect(showTree(world)).toEqual([]);
  });
});

test("a bad entry on the way is reported, cleared and skipped (SPEC §2.4/5)", () => {
  const world = drawStrip("TT");
  const pud = entryRow(world.tables, world.owner.pgd * 512);
  const pmd = entryRow(world.tables, pudOffset(pud, virtAddr(0)));
  const cell = pmdOffset(pmd, virtAddr(PMD_SIZE));
  pokeEntry(world.tables, cell, 0xe7n);
  const lines = record(world.sync);
  freePgdRange(world.sync, world.tables, world.owner, 0, 4 * MiB, 0, 3 * GiB);
  expect(lines).toEqual(["bad_dir pmd 0xe7"]);
  expect(showTree(world)).toEqual(["pud 0x0"]);
  expect(world.owner.nrPtes).toBe(1); // the table behind the bad entry is lost, as in the kernel
  expect(peekEntry(world.tables, pudOffset(pud, virtAddr(0)))).toBe(0n);
});

/** Mappings with names; `unlink` writes the name and the strip at that moment. */
interface Named extends FreedRange {
  readonly name: string;
}
const named = (name: string, startMiB: number, endMiB: number, hugetlb = false): Named => ({
  name,
  start: startMiB * MiB,
  end: endMiB * MiB,
  hugetlb,
});

function freeRun(world: World, run: readonly Named[], floor = 0, ceiling = 0): string[] {
  const { sync, tables, owner } = world;
  const log: string[] = [];
  function* unlink({ name }: Named): KernelThread<void> {
    yield makePoint(PointKind.LOCK, run, { kind: "lock", owner: name, field: "vma" });
    log.push(`${name} ${showStrip(world, 6)}`);
  }
  runToCompletion(freePgtables(sync, tables, owner, run, floor, ceiling, unlink));
  log.push(`end ${showStrip(world, 6)}`);
  expect(checkPageTables(tables, [owner])).toEqual([]);
  return log;
}

describe("a run of mappings (SPEC §2.10/1-3)", () => {
  test("neighbours go together: all unlinked before any table is freed", () => {
    const run = [named("a", 0, 1), named("b", 1, 3), named("c", 5, 6)];
    const log = freeRun(drawStrip("TTT..."), run);
    expect(log).toEqual(["a TTT...", "b TTT...", "c TTT...", "end ......"]);
  });

  test("2 MiB apart is near, one page more is far", () => {
    const near = [named("a", 0, 1), named("b", 3, 4)];
    expect(freeRun(drawStrip("TT...."), near)).toEqual(["a TT....", "b TT....", "end ......"]);
    const far = [named("a", 0, 1), { ...named("b", 3, 4), start: 3 * MiB + 4096 }];
    expect(freeRun(drawStrip("TT...."), far)).toEqual(["a TT....", "b .T....", "end ......"]);
  });

  test("a group's ceiling is the next group's start, the last one's is the survivor above", () => {
    const run = [named("a", 0, 3), named("b", 5.5, 9)];
    const log = freeRun(drawStrip("TTTTTT"), run, 0, 9 * MiB);
    expect(log).toEqual(["a TTTTTT", "b ..TTTT", "end ....TT"]);
  });

  test("hugetlb mappings are a group each, however near", () => {
    const run = [named("a", 0, 2), named("h", 2, 4, true), named("b", 4, 6)];
    const log = freeRun(drawStrip("TTT..."), run);
    expect(log).toEqual(["a TTT...", "h .TT...", "b ..T...", "end ......"]);
  });

  test("the survivor below keeps what it shares", () => {
    expect(freeRun(drawStrip("TT...."), [named("a", 1, 4)], 1 * MiB)).toEqual([
      "a TT....",
      "end T.....",
    ]);
  });

  test("an empty run does nothing", () => {
    expect(freeRun(drawStrip("T....."), [])).toEqual(["end T....."]);
  });
});

describe("misuse", () => {
  test.each([
    [1, 4096, 0, 0, "addr must be a multiple of 0x1000, got 1"],
    [0, 4097, 0, 0, "end must be a multiple of 0x1000, got 0x1001"],
    [0, 4096, 5, 0, "floor must be a multiple of 0x1000, got 5"],
    [0, 4096, 0, 2 ** 48, "ceiling must be from 0 to 0x800000000000, got 0x1000000000000"],
    [0, Number.NaN, 0, 0, "end must be an integer, got NaN"],
    [-4096, 4096, 0, 0, "addr must be from 0 to 0x800000000000, got -4096"],
  ])("free [%d, %d) between %d and %d", (addr, end, floor, ceiling, message) => {
    const { sync, tables, owner } = drawStrip("TT");
    const call = (): void => freePgdRange(sync, tables, owner, addr, end, floor, ceiling);
    expect(call).toThrow(`freePgdRange: ${message}`);
    expect(tables.liveTables).toEqual([2, 1, 1, 1]);
  });

  test("one crooked mapping in a run: none is unlinked, nothing is freed", () => {
    const world = drawStrip("TTTT");
    const { sync, tables, owner } = world;
    const unlinked: string[] = [];
    function* unlink({ name }: Named): KernelThread<void> {
      yield* [];
      unlinked.push(name);
    }
    const run = [named("a", 0, 2), { ...named("b", 6, 8), start: 6 * MiB + 1 }];
    const thread = freePgtables(sync, tables, owner, run, 0, 0, unlink);
    expect(() => runToCompletion(thread)).toThrow(
      "freePgtables: start must be a multiple of 0x1000",
    );
    expect([unlinked, showStrip(world, 4)]).toEqual([[], "TTTT"]);
  });

  test("an owner without a pgd", () => {
    const { sync, tables, owner } = drawStrip("T");
    const orphan = { ...owner, pgd: NO_TABLE };
    expect(() => freePgdRange(sync, tables, orphan, 0, 4096, 0, 0)).toThrow(
      "freePgdRange: pgd must be the row of a pgd table, got 0",
    );
  });

  test("a table whose lock somebody holds", () => {
    const { sync, tables, owner } = drawStrip("T");
    const row = Math.floor(findPteCell(tables, owner.pgd, virtAddr(0)) / 512);
    takeLeafLock(sync, ptlOf(tables, owner, row), "zap_pte_range");
    expect(() => freePgdRange(sync, tables, owner, 0, 4096, 0, 0)).toThrow(
      new InvariantError("ptl-held-at-free", `row ${row} is locked by cpu0`),
    );
  });

  test("a table that two entries lead to", () => {
    const { sync, tables, owner } = drawStrip("TT");
    const pud = entryRow(tables, owner.pgd * 512);
    const pmd = entryRow(tables, pud * 512);
    pokeEntry(tables, pmd * 512 + 1, peekEntry(tables, pmd * 512));
    expect(() => freePgdRange(sync, tables, owner, 0, 4 * MiB, 0, 0)).toThrow(/^table-freed-twice/);
  });
});
