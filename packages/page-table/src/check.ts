/**
 * The slow recount of everything that the pool and its owners remember.
 *
 * Rules: each table in use is reached from exactly one owner, once; upper entries are none or lead
 * to a table of the level below, or map a huge page; `nrPtes` is the number of pte tables, hooked
 * in or deposited (SPEC I7); the counts by level are true. They hold whenever no thread is inside
 * `pudAlloc`, `pmdAlloc` or `pteAlloc`.
 */
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
  readonly lines: string[];
  /** The owner that is looked at may map huge pages. */
  mayBeHuge: boolean;
}

/**
 * One line for each mismatch; empty when all holds.
 * @param owners everybody who has tables in this pool
 * @modelOnly the kernel notices only nr_ptes left over at exit
 */
export function checkPageTables(
  tables: PageTables,
  owners: readonly TableOwner[],
): readonly string[] {
  const recount: Recount = { tables, seen: new Set(), lines: [], mayBeHuge: false };
  owners.forEach((owner, index) => {
    recount.mayBeHuge = owner.pmdHugePte !== undefined;
    const hooked = countBelow(recount, Level.PGD, owner.pgd, `owner ${index}`);
    const pteTables = hooked + countDeposited(recount, owner, `owner ${index}`);
    if (pteTables !== owner.nrPtes) {
      recount.lines.push(`owner ${index}: nrPtes is ${owner.nrPtes}, pte tables are ${pteTables}`);
    }
  });
  checkRows(recount);
  return recount.lines;
}

/** Pte tables in the tree below `row`, itself included; `path` says how it was reached. */
function countBelow(recount: Recount, level: Level, row: number, path: string): number {
  const { tables, seen, lines } = recount;
  if (!isTable(tables, level, row)) {
    lines.push(`${path}: row ${row} is not a ${LEVEL_NAMES[level]} table`);
    return 0;
  }
  if (seen.has(row)) {
    lines.push(`${path}: row ${row} is reached twice`);
    return 0;
  }
  seen.add(row);
  if (level === Level.PTE) return 1;
  let count = 0;
  forEachEntry(tables, row, (index, low, high) => {
    const here = `${path} ${LEVEL_NAMES[level]}[${index}]`;
    if (recount.mayBeHuge && level === Level.PMD && isPmdTransHuge(low)) return;
    if (isDirBad(level, low, high)) lines.push(`${here}: bad entry ${formatPte(low, high)}`);
    else count += countBelow(recount, (level - 1) as Level, ptePfn(low, high), here);
  });
  return count;
}

/** Tables kept for huge pages: in no tree, and empty. */
function countDeposited(recount: Recount, { pmdHugePte = [] }: TableOwner, path: string): number {
  for (const row of pmdHugePte) {
    countBelow(recount, Level.PTE, row, `${path} deposit`);
    forEachEntry(recount.tables, row, (index) => {
      recount.lines.push(`${path} deposit: entry ${index} of row ${row} is not none`);
    });
  }
  return pmdHugePte.length;
}

/** Rows in use against rows reached, and the counts by level. */
function checkRows({ tables, seen, lines }: Recount): void {
  const live = [0, 0, 0, 0];
  tables.levelOf.forEach((level, row) => {
    if (LEVEL_NAMES[level] === undefined) return;
    live[level]++;
    if (!seen.has(row))
      lines.push(`row ${row}: a ${LEVEL_NAMES[level]} table that no owner reaches`);
  });
  live.forEach((count, level) => {
    if (count !== tables.liveTables[level]) {
      lines.push(
        `${LEVEL_NAMES[level]} tables: ${tables.liveTables[level]} counted, ${count} live`,
      );
    }
  });
}
