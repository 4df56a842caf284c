/**
 * The slow recount of everything that the pool and its owners remember.
 *
 * Rules: each table in use is reached from exactly one owner, once; upper entries are none or lead
 * to a table of the level below, or map a huge page; `nrPtes` is the number of pte tables, hooked
 * in or deposited, `nrPmds` and `nrPuds` those of the levels above (SPEC I7, L25); the counts by
 * level are true. They hold whenever no thread is inside
 * `pudAlloc`, `pmdAlloc` or `pteAlloc`.
 */
import { PTRS_PER_TABLE, virtAddr } from "@forkpath/abi";
import { MACHINE, type Mismatch, tellKept } from "@forkpath/sync";
import { pteHigh, pteLow } from "./cells.ts";
import { isDirBad } from "./directory.ts";
import { isPmdTransHuge } from "./entry.ts";
import { expectPgd } from "./expect.ts";
import type { TableOwner } from "./owner.ts";
import { ptePfn } from "./pfn-field.ts";
import { ENTRY_SPAN } from "./step.ts";
import {
  BLOCK_ENTRIES,
  BLOCK_SHIFT,
  CHUNK_MASK,
  CHUNK_SHIFT,
  isTable,
  LEVEL_NAMES,
  Level,
  type PageTables,
} from "./tables.ts";
import { formatPte } from "./text.ts";
import { lowestBlock, nextEntry, type TableVisitor, visitTable, visitUpper } from "./visit.ts";

/** A recount that is under way: what it has seen, and where it is. */
export interface TableRecount {
  /** The pool that is recounted. */
  readonly tables: PageTables;
  /** By row: 1 for a table that was reached. */
  readonly seen: Uint8Array;
  /** What was wrong so far. */
  readonly wrong: Mismatch[];
  /** The owner that is looked at may map huge pages. */
  mayBeHuge: boolean;
  /** What the path begins with. */
  from: string;
  /** The level of the table that it begins at. */
  top: Level;
  /** By level: the entry that the path goes through. */
  readonly index: number[];
  /** By level: how many tables there are. */
  readonly counts: number[];
}

/**
 * One mismatch for each thing that is wrong. An entry's owner is the path that leads to it, as in
 * `mm2 pgd[0] pud[0] pmd[3]`.
 * @param owners all owners of tables in this pool
 * @modelOnly the kernel notices only nr_ptes left over at exit
 */
export function checkPageTables(
  tables: PageTables,
  owners: readonly TableOwner[],
): readonly Mismatch[] {
  const recount = beginTableRecount(tables);
  for (const owner of owners) countOwner(recount, owner, PASSING_BY);
  return endTableRecount(recount);
}

/**
 * A recount of a pool, owner by owner.
 * @modelOnly a recount
 */
export const beginTableRecount = (tables: PageTables): TableRecount => ({
  tables,
  seen: new Uint8Array(tables.levelOf.length),
  wrong: [],
  mayBeHuge: false,
  from: "",
  top: Level.PGD,
  index: [0, 0, 0, 0],
  counts: [0, 0, 0, 0],
});

/** What a walk calls besides, all of `TableVisitor` but the visit of each pte. */
export type UpperVisitor = Omit<TableVisitor, "pte">;

const PASSING_BY: UpperVisitor = {};

/**
 * Counts the tables of one owner, and calls what `visitTables` would call, in the same walk.
 * @throws RangeError unless its pgd is one
 * @modelOnly a recount
 */
export function countTables(recount: TableRecount, owner: TableOwner, visitor: UpperVisitor): void {
  expectPgd("visitTables", recount.tables, owner.pgd);
  countOwner(recount, owner, visitor);
}

/**
 * What was wrong in all that was counted, and what no owner reaches.
 * @modelOnly a recount
 */
export function endTableRecount(recount: TableRecount): readonly Mismatch[] {
  checkRows(recount);
  return recount.wrong;
}

function countOwner(recount: TableRecount, owner: TableOwner, visitor: UpperVisitor): void {
  const { name, pgd, nrPtes, nrPmds, nrPuds, pmdHugePte } = owner;
  const { counts, tables, wrong } = recount;
  counts.fill(0);
  recount.mayBeHuge = pmdHugePte !== undefined;
  recount.from = name;
  recount.top = Level.PGD;
  if (!countBelow(recount, visitor, Level.PGD, pgd, 0) && visitor !== PASSING_BY) {
    visitTable(tables, visitor, Level.PGD, pgd, 0);
  }
  if (pmdHugePte !== undefined && pmdHugePte.length > 0) countDeposited(recount, pmdHugePte, name);
  tellKept(wrong, "I7", name, "nr_ptes", nrPtes, counts[Level.PTE]);
  tellKept(wrong, "I7", name, "nr_pmds", nrPmds, counts[Level.PMD]);
  tellKept(wrong, "I7", name, "nr_puds", nrPuds, counts[Level.PUD]);
}

/**
 * Counts the tables of the tree below `row` by level, itself included.
 * @returns false where there is no such table, or it was reached before
 */
function countBelow(
  recount: TableRecount,
  visitor: UpperVisitor,
  level: Level,
  row: number,
  base: number,
): boolean {
  const { tables, seen } = recount;
  if (!isTable(tables, level, row)) {
    tell(recount, pathTo(recount, level), "entry", `row ${row}`, `a ${LEVEL_NAMES[level]} table`);
    return false;
  }
  if (seen[row] !== 0) {
    tell(recount, pathTo(recount, level), `row ${row}`, "reached twice", "once");
    return false;
  }
  seen[row] = 1;
  recount.counts[level]++;
  visitor.table?.(level, row, virtAddr(base));
  if (level !== Level.PTE) countEntries(recount, visitor, level, row, base);
  return true;
}

function countEntries(
  recount: TableRecount,
  visitor: UpperVisitor,
  level: Level,
  row: number,
  base: number,
): void {
  const { tables } = recount;
  const firstCell = row * PTRS_PER_TABLE;
  const lows = tables.low[firstCell >>> CHUNK_SHIFT];
  const highs = tables.high[firstCell >>> CHUNK_SHIFT];
  const first = firstCell & CHUNK_MASK;
  for (let left = tables.blocks[row]; left !== 0; left &= left - 1) {
    const block = lowestBlock(left);
    for (let at = block; at < block + BLOCK_ENTRIES; at++) {
      const low = lows[first + at];
      const high = highs[first + at];
      if (low === 0 && high === 0) continue;
      recount.index[level] = at;
      const addr = base + at * ENTRY_SPAN[level];
      if (!countUpper(recount, visitor, level, low, high, addr) && visitor !== PASSING_BY) {
        visitUpper(tables, visitor, level, virtAddr(addr), firstCell + at, low, high);
      }
    }
  }
}

/** @returns false where nothing was counted, or a huge page is mapped */
function countUpper(
  recount: TableRecount,
  visitor: UpperVisitor,
  level: Level,
  low: number,
  high: number,
  addr: number,
): boolean {
  if (recount.mayBeHuge && level === Level.PMD && isPmdTransHuge(low)) return false;
  const below = (level - 1) as Level;
  if (!isDirBad(level, low, high)) {
    return countBelow(recount, visitor, below, ptePfn(low, high), addr);
  }
  tell(recount, pathTo(recount, below), "entry", formatPte(low, high), "none or a table");
  return false;
}

/** Which entries lead to the table of `level` where the recount is. */
function pathTo({ from, top, index }: TableRecount, level: Level): string {
  let path = from;
  for (let above: number = top; above > level; above--) {
    path += ` ${LEVEL_NAMES[above]}[${index[above]}]`;
  }
  return path;
}

/** Tables kept for huge pages: in no tree, and empty. */
function countDeposited(recount: TableRecount, rows: readonly number[], name: string): void {
  const { tables, counts } = recount;
  const hooked = counts[Level.PTE];
  recount.from = `${name} deposit`;
  recount.top = Level.PTE;
  for (const row of rows) {
    countBelow(recount, PASSING_BY, Level.PTE, row, 0);
    for (
      let at = nextEntry(tables, row, 0);
      at < PTRS_PER_TABLE;
      at = nextEntry(tables, row, at + 1)
    ) {
      const cell = row * PTRS_PER_TABLE + at;
      const found = formatPte(pteLow(tables, cell), pteHigh(tables, cell));
      tell(recount, recount.from, `entry ${at} of row ${row}`, found, "none");
    }
  }
  counts[Level.PTE] = hooked + rows.length;
}

/** Rows in use against rows reached, and the counts by level. */
function checkRows(recount: TableRecount): void {
  const { tables, seen, wrong } = recount;
  const { levelOf, liveTables } = tables;
  const live = [0, 0, 0, 0];
  for (let row = 0; row < levelOf.length; row++) {
    const level = levelOf[row];
    if (level < Level.PTE) continue; // free
    live[level]++;
    if (seen[row] !== 0) continue;
    tell(recount, `row ${row}`, "level", LEVEL_NAMES[level], "free: no owner reaches it");
  }
  for (let level = 0; level < live.length; level++) {
    const field = `${LEVEL_NAMES[level]} tables`;
    tellKept(wrong, "tables", MACHINE, field, liveTables[level], live[level]);
  }
}

const tell = (
  { wrong }: TableRecount,
  owner: string,
  field: string,
  kept: string,
  counted: string,
): number => wrong.push({ rule: "tables", owner, field, kept, counted });

/**
 * One mismatch for each entry that stands where walks do not look: in a block that nothing was
 * written to, as far as `blocks` says. Looks at every entry of every table, which takes as long as
 * the rest of a recount: for the end of a history, not for each step.
 * @modelOnly the kernel looks at every entry
 */
export function checkBlocks(tables: PageTables): readonly Mismatch[] {
  const wrong: Mismatch[] = [];
  // Row 0 is never a table, and has no memory before there is one.
  for (let row = 1; row < tables.levelOf.length; row++) checkRowBlocks(tables, row, wrong);
  return wrong;
}

function checkRowBlocks({ low, high, blocks }: PageTables, row: number, wrong: Mismatch[]): void {
  const firstCell = row * PTRS_PER_TABLE;
  const lows = low[firstCell >>> CHUNK_SHIFT];
  const highs = high[firstCell >>> CHUNK_SHIFT];
  const first = firstCell & CHUNK_MASK;
  for (let at = 0; at < PTRS_PER_TABLE; at++) {
    if ((lows[first + at] | highs[first + at]) === 0) continue;
    if (blocks[row] & (1 << (at >>> BLOCK_SHIFT))) continue;
    const field = `block of entry ${at}`;
    const counted = formatPte(lows[first + at], highs[first + at]);
    wrong.push({ rule: "tables", owner: `row ${row}`, field, kept: "none", counted });
  }
}
