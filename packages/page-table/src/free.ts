/**
 * Giving the tables of a range back, and sparing those that a neighbour still uses (SPEC §2.10).
 *
 *        floor         addr        end          ceiling
 *     ─────┤neighbour├───┤ the range ├────────────┤neighbour├────
 *     |   table A   |   table B   |   table C   |   table D   |
 *
 * B and C go: nothing between floor and ceiling needs them. A and D reach past, and stay. The rule
 * is the same at each level, with a wider table; a table that stays keeps all that is above it.
 */
import { expectAligned, PAGE_SIZE, PMD_SIZE, virtAddr } from "@forkpath/abi";
import type { KernelThread, Sync } from "@forkpath/sync";
import { clearPte } from "./cells.ts";
import { entryRow, noneOrClearBad } from "./directory.ts";
import { expectPgd } from "./expect.ts";
import { countTable, type TableOwner } from "./owner.ts";
import { ENTRY_SPAN, entryEnd, tableOffset } from "./step.ts";
import { freeRow, Level, type PageTables } from "./tables.ts";

/** What freeing tables needs of a VMA: half-open, page-aligned bytes. */
export interface FreedRange {
  /** First byte. */
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
  /** Whether it maps huge pages of the pool. */
  readonly hugetlb: boolean;
}

/** One teardown: the same at each level of it. */
interface Teardown {
  readonly sync: Sync;
  readonly tables: PageTables;
  readonly owner: TableOwner;
  /** Addresses from here ... */
  readonly floor: number;
  /** ... up to here are nobody else's; Infinity for no neighbour above. */
  readonly ceiling: number;
}

/**
 * Frees the tables of a run of detached mappings, after `unlink` was run for each of them.
 * Neighbours less than a pte table apart go together, since they may share one.
 * @param floor end of the mapping before the run, or 0
 * @param ceiling start of the mapping after the run, or 0 for none
 * @throws RangeError or TypeError for an address that is not page-aligned or above 2^47
 * @kernel free_pgtables in mm/memory.c
 * @example
 * ```ts
 * import { createPageTables, freePgtables, pgdAlloc } from "@forkpath/page-table";
 * import { createSpinLock, createSync, runToCompletion } from "@forkpath/sync";
 * const sync = createSync();
 * const tables = createPageTables({ splitPtlocks: true });
 * const pageTableLock = createSpinLock("page_table_lock", "mm1");
 * const counts = { nrPtes: 0, nrPmds: 0, nrPuds: 0 };
 * const owner = { ...counts, pgd: pgdAlloc(sync, tables), pageTableLock, name: "mm1" };
 * const area = { start: 0x400000, end: 0x402000, hugetlb: false };
 * runToCompletion(freePgtables(sync, tables, owner, [area], 0, 0, function* () {}));
 * console.log(owner.nrPtes); // 0
 * ```
 */
export function* freePgtables<Range extends FreedRange>(
  sync: Sync,
  tables: PageTables,
  owner: TableOwner,
  ranges: readonly Range[],
  floor: number,
  ceiling: number,
  unlink: (range: Range) => KernelThread<void>,
): KernelThread<void> {
  for (const { start, end } of ranges) expectPageAligned("freePgtables", { start, end });
  expectPageAligned("freePgtables", { floor, ceiling });
  for (let index = 0; index < ranges.length; ) {
    const first = ranges[index];
    let last = first;
    yield* unlink(last);
    for (index++; index < ranges.length && isSameGroup(last, ranges[index]); index++) {
      last = ranges[index];
      yield* unlink(last);
    }
    const next = index < ranges.length ? ranges[index].start : ceiling;
    freePgdRange(sync, tables, owner, first.start, last.end, floor, next);
  }
}

const isSameGroup = (last: FreedRange, next: FreedRange): boolean =>
  !last.hugetlb && !next.hugetlb && next.start <= last.end + PMD_SIZE;

/**
 * Frees the tables that [addr, end) used and nobody in [floor, ceiling) needs any more.
 * @param ceiling 0 for none
 * @throws RangeError or TypeError for an address that is not page-aligned or above 2^47
 * @kernel free_pgd_range in mm/memory.c
 * @deviates Tables go at once; the kernel queues them until its TLB flush.
 */
export function freePgdRange(
  sync: Sync,
  tables: PageTables,
  owner: TableOwner,
  addr: number,
  end: number,
  floor: number,
  ceiling: number,
): void {
  expectPageAligned("freePgdRange", { addr, end, floor, ceiling });
  expectPgd("freePgdRange", tables, owner.pgd);
  const roof = ceiling === 0 ? Number.POSITIVE_INFINITY : ceiling;
  let from = roundDown(addr, PMD_SIZE);
  if (from < floor) from += PMD_SIZE;
  const top = roundDown(roof, PMD_SIZE);
  const to = end > top ? end - PMD_SIZE : end;
  if (top === 0 || from >= to) return;
  freeEntries({ sync, tables, owner, floor, ceiling: roof }, Level.PGD, owner.pgd, from, to);
}

/** Frees what hangs below the entries for [addr, end) of the table `row`. */
function freeEntries(down: Teardown, level: Level, row: number, addr: number, end: number): void {
  const { sync, tables } = down;
  for (let at = addr; at < end; ) {
    const next = entryEnd(level, virtAddr(at), virtAddr(end));
    const cell = tableOffset(level, row, virtAddr(at));
    if (!noneOrClearBad(sync, tables, level, cell)) freeBelow(down, level, cell, at, next);
    at = next;
  }
}

/**
 * Frees the table below one entry, and first what hangs below that.
 * @kernel free_pte_range, and the ends of free_pmd_range and free_pud_range in mm/memory.c
 */
function freeBelow(down: Teardown, level: Level, cell: number, addr: number, end: number): void {
  const { tables, owner } = down;
  const row = entryRow(tables, cell);
  // freePgdRange rounded the range: it holds whole pte tables only, and their entries are gone.
  if (level !== Level.PMD) {
    freeEntries(down, (level - 1) as Level, row, addr, end);
    if (!isSpanFree(down, ENTRY_SPAN[level], addr, end)) return;
  }
  countTable(owner, (level - 1) as Level, -1);
  clearPte(tables, cell);
  freeRow(tables, row);
}

/** Is all that the table maps between floor and ceiling? `span` is what it maps. */
const isSpanFree = (down: Teardown, span: number, addr: number, end: number): boolean =>
  roundDown(addr, span) >= down.floor && Math.ceil(end / span) * span <= down.ceiling;

const roundDown = (addr: number, span: number): number => Math.floor(addr / span) * span;

function expectPageAligned(where: string, addresses: Readonly<Record<string, number>>): void {
  for (const [name, address] of Object.entries(addresses)) {
    expectAligned(where, name, address, PAGE_SIZE);
  }
}
