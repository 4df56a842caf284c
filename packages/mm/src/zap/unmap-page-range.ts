/**
 * The walk of unmap above the tables (SPEC §8.3): down from the pgd to each pte table.
 *
 * Every level stops where the run's budget is used up, and says how far it came.
 *
 * The lock is taken in halves here: an exit comes by once for each table, and small areas have few
 * pages.
 */
import { PAGE_SIZE, PMD_SIZE, type VirtAddr } from "@forkpath/abi";
import {
  freePteTable,
  isPtePresent,
  Level,
  pfnAt,
  pgdAddrEnd,
  pgdOffset,
  pmdAddrEnd,
  pmdLockOf,
  pmdOffset,
  pteLow,
  pteOffset,
  ptlOf,
  pudAddrEnd,
  pudOffset,
} from "@forkpath/page-table";
import { entryRow, isRowNone, noneOrClearBad } from "@forkpath/page-table/internal";
import { isPageAnon } from "@forkpath/rmap";
import {
  countCalls,
  goesOver,
  holding,
  type KernelThread,
  type SchedulePoint,
  spinLock,
  spinLockNow,
  spinUnlockNow,
  stopAt,
  stopsHere,
} from "@forkpath/sync";
import { splitHugePagePmd } from "../huge/split.ts";
import { clearBatch, flushBatch, flushBatchNow } from "../machine/batch.ts";
import { addingPoint, drainingPoint } from "../machine/batch-point.ts";
import { isHugePmd, noneHugeOrClearBad } from "../machine/huge-pmd.ts";
import { cellPoint, sharersPoint, tablesPoint, withFlags } from "../machine/memory-point.ts";
import { FREE_PTE_NR } from "../page/mmu-gather.ts";
import type { MmEnv } from "../types.ts";
import { zapEntries } from "./entries.ts";
import { zapHugePmd } from "./huge.ts";
import type { ZapRun } from "./run.ts";

const WHERE = "zap_pte_range";

/**
 * Unmaps [start, end) of the run's area, as far as the budget goes.
 * @returns where it stopped, in bytes
 * @kernel unmap_page_range in mm/memory.c
 */
export function* unmapPageRange(
  env: MmEnv,
  run: ZapRun,
  start: VirtAddr,
  end: VirtAddr,
): KernelThread<VirtAddr> {
  const { pgd } = run.gather.mm;
  let addr = start;
  if (stopsHere(env.sync)) yield* stopAt(env.sync, tablesPoint(env, run.gather.mm));
  while (addr < end && run.work > 0) {
    const next = pgdAddrEnd(addr, end);
    const cell = pgdOffset(pgd, addr);
    if (noneOrClearBad(env.sync, env.tables, Level.PGD, cell)) {
      run.work--;
      addr = next;
    } else {
      addr = yield* zapPudRange(env, run, cell, addr, next);
    }
  }
  return addr;
}

/** @kernel zap_pud_range in mm/memory.c */
function* zapPudRange(
  env: MmEnv,
  run: ZapRun,
  pgdCell: number,
  start: VirtAddr,
  end: VirtAddr,
): KernelThread<VirtAddr> {
  const row = entryRow(env.tables, pgdCell);
  let addr = start;
  while (addr < end && run.work > 0) {
    const next = pudAddrEnd(addr, end);
    const cell = pudOffset(row, addr);
    if (noneOrClearBad(env.sync, env.tables, Level.PUD, cell)) {
      run.work--;
      addr = next;
    } else {
      addr = yield* zapPmdRange(env, run, cell, addr, next);
    }
  }
  return addr;
}

/** @kernel zap_pmd_range in mm/memory.c */
function* zapPmdRange(
  env: MmEnv,
  run: ZapRun,
  pudCell: number,
  start: VirtAddr,
  end: VirtAddr,
): KernelThread<VirtAddr> {
  const row = entryRow(env.tables, pudCell);
  let addr = start;
  while (addr < end && run.work > 0) {
    const next = pmdAddrEnd(addr, end);
    const cell = pmdOffset(row, addr);
    const isZapped = isHugePmd(env, cell) && (yield* zapHugePage(env, run, cell, next - addr));
    if (isZapped || noneHugeOrClearBad(env, cell)) {
      run.work--;
      addr = next;
    } else {
      const from = addr;
      addr = yield* zapPteRange(env, run, entryRow(env.tables, cell), from, next);
      if (run.reclaimPt && env.rules.mayFreeTable(addr - from)) yield* freeIfNone(env, run, cell);
      if (stopsHere(env.sync)) yield* stopAt(env.sync, tablesPoint(env, run.gather.mm));
    }
  }
  return addr;
}

/** All of a huge page goes at once; if only a part is to go, the page is split first. */
function* zapHugePage(
  env: MmEnv,
  run: ZapRun,
  pmd: number,
  lengthBytes: number,
): KernelThread<boolean> {
  if (lengthBytes === PMD_SIZE) return yield* zapHugePmd(env, run, pmd);
  yield* splitHugePagePmd(env, run.gather.mm, pmd);
  return false;
}

/**
 * Takes away a pte table that holds no entry any more.
 * @kernel try_to_free_pte in mm/pt_reclaim.c
 * @deviates Looks at the entries in any case. Leaves the table where threads interleave: faults of
 *   the model do not look again whether their table is still hooked in.
 */
function* freeIfNone(env: MmEnv, { gather }: ZapRun, pmd: number): KernelThread<void> {
  const { sync, tables } = env;
  const { mm } = gather;
  if (sync.interleaved) return;
  yield* holding(sync, pmdLockOf(tables, mm, pmd), "try_to_free_pte", () => {
    if (isRowNone(tables, entryRow(tables, pmd))) freePteTable(tables, mm, pmd);
  });
}

/**
 * The page that fills the gather takes all the others along. With one CPU each page goes at once;
 * else one of a file may have been used a second time, which its CPU notes in a batch.
 */
function zapPoint(env: MmEnv, { gather, addr, cell }: ZapRun): SchedulePoint {
  if (gather.nr === FREE_PTE_NR - 1) return env.ptePoint;
  if (!isPtePresent(pteLow(env.tables, cell))) return cellPoint(env, gather.mm, addr, cell);
  const page = pfnAt(env.tables, cell);
  if (env.nrCpus === 1)
    return withFlags(gather.mm, drainingPoint(env, sharersPoint(env, gather.mm, addr, page)));
  const point = cellPoint(env, gather.mm, addr, cell);
  if (isPageAnon(env.map, page)) return point;
  return withFlags(gather.mm, addingPoint(env, point, "activate"));
}

/**
 * Zaps [addr, end) of one table under its lock, and takes what went off the counters.
 * @kernel zap_pte_range in mm/memory.c
 */
function* zapPteRange(
  env: MmEnv,
  run: ZapRun,
  row: number,
  addr: VirtAddr,
  end: VirtAddr,
): KernelThread<VirtAddr> {
  const { sync, tables } = env;
  const { mm } = run.gather;
  const ptl = ptlOf(tables, mm, row);
  if (!spinLockNow(sync, ptl, WHERE)) yield* spinLock(sync, ptl, WHERE);
  run.addr = addr;
  run.cell = pteOffset(row, addr);
  run.endCell = run.cell + (end - addr) / PAGE_SIZE;
  clearBatch(run);
  do {
    if (stopsHere(sync)) yield* stopAt(sync, zapPoint(env, run));
    zapEntries(env, run);
  } while (run.cell < run.endCell && run.work > 0);
  if (!flushBatchNow(sync, mm.counters, run)) {
    yield* flushBatch(sync, mm.counters, run);
  }
  countCalls(sync, "add_mm_rss", 1);
  if (sync.interleaved && !goesOver(sync.passing, ptl.unlockPoint)) yield ptl.unlockPoint;
  spinUnlockNow(sync, ptl, WHERE);
  return run.addr;
}
