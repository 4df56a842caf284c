/**
 * The slow recount of everything that the pool and its owners remember.
 *
 * Rules: each table in use is reached from exactly one owner, once; upper entries are none or lead
 * to a table of the level below, or map a huge page; `nrPtes` is the number of pte tables, hooked
 * in or deposited, `nrPmds` and `nrPuds` those of the levels above (SPEC I7, L25); the counts by
 * level are true. They hold whenever no thread is inside
 * `pudAlloc`, `pmdAlloc` or `pteAlloc`.
 */
import { compareKept, MACHINE, type Mismatch } from "@forkpath/sync";
import { isDirBad } from "./directory.ts";
import { isPmdTransHuge } from "./entry.ts";
import type { TableOwner } from "./owner.ts";
import { ptePfn } from "./pfn-field.ts";
import { isTable, LEVEL_NAMES, Level, type PageTables } from "./tables.ts";
import { formatPte } from "./text.ts";
import { forEachEntry } from "./visit.ts";

interface Recount {
  readonly tables: PageTables;
  readonly seen: Set<number>;
  readonly wrong: Mismatch[];
  /** The owner that is looked at may map huge pages. */
  mayBeHuge: boolean;
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
  const recount: Recount = { tables, seen: new Set(), wrong: [], mayBeHuge: false };
  for (const owner of owners) {
    const { name, pgd, nrPtes, nrPmds, nrPuds, pmdHugePte } = owner;
    recount.mayBeHuge = pmdHugePte !== undefined;
    const counts = [0, 0, 0, 0];
    countBelow(recount, Level.PGD, pgd, name, counts);
    countDeposited(recount, owner, name, counts);
    recount.wrong.push(
      ...compareKept("I7", name, "nr_ptes", nrPtes, counts[Level.PTE]),
      ...compareKept("I7", name, "nr_pmds", nrPmds, counts[Level.PMD]),
      ...compareKept("I7", name, "nr_puds", nrPuds, counts[Level.PUD]),
    );
  }
  checkRows(recount);
  return recount.wrong;
}

/**
 * Counts the tables of the tree below `row` by level, itself included; `path` says how it was
 * reached.
 */
function countBelow(
  recount: Recount,
  level: Level,
  row: number,
  path: string,
  counts: number[],
): void {
  const { tables, seen } = recount;
  if (!isTable(tables, level, row)) {
    tell(recount, path, "entry", `row ${row}`, `a ${LEVEL_NAMES[level]} table`);
    return;
  }
  if (seen.has(row)) {
    tell(recount, path, `row ${row}`, "reached twice", "once");
    return;
  }
  seen.add(row);
  counts[level]++;
  if (level === Level.PTE) return;
  forEachEntry(tables, row, (index, low, high) => {
    const here = `${path} ${LEVEL_NAMES[level]}[${index}]`;
    if (recount.mayBeHuge && level === Level.PMD && isPmdTransHuge(low)) return;
    if (isDirBad(level, low, high)) {
      tell(recount, here, "entry", formatPte(low, high), "none or a table");
    } else {
      countBelow(recount, (level - 1) as Level, ptePfn(low, high), here, counts);
    }
  });
}

/** Tables kept for huge pages: in no tree, and empty. */
function countDeposited(
  recount: Recount,
  { pmdHugePte = [] }: TableOwner,
  name: string,
  counts: number[],
): void {
  counts[Level.PTE] += pmdHugePte.length;
  for (const row of pmdHugePte) {
    const path = `${name} deposit`;
    countBelow(recount, Level.PTE, row, path, [0]);
    forEachEntry(recount.tables, row, (index, low, high) => {
      tell(recount, path, `entry ${index} of row ${row}`, formatPte(low, high), "none");
    });
  }
}

/** Rows in use against rows reached, and the counts by level. */
function checkRows(recount: Recount): void {
  const { tables, seen, wrong } = recount;
  const live = [0, 0, 0, 0];
  tables.levelOf.forEach((level, row) => {
    const name = LEVEL_NAMES[level];
    if (name === undefined) return;
    live[level]++;
    if (!seen.has(row)) tell(recount, `row ${row}`, "level", name, "free: no owner reaches it");
  });
  live.forEach((count, level) => {
    const field = `${LEVEL_NAMES[level]} tables`;
    wrong.push(...compareKept("tables", MACHINE, field, tables.liveTables[level], count));
  });
}

const tell = (
  { wrong }: Recount,
  owner: string,
  field: string,
  kept: string,
  counted: string,
): number => wrong.push({ rule: "tables", owner, field, kept, counted });
