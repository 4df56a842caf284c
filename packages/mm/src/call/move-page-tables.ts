/**
 * Moving entries from one range of addresses to another, whatever they are (SPEC §2.14).
 *
 * No page is touched and no counter changes: the index of an anonymous page is an offset in its
 * area, and the area moves along. Present, swap, file and migration entries all move as they are.
 */
import { PAGE_SIZE, PMD_SIZE, pagesBetween } from "@forkpath/abi";
import { allocPteCell, clearPte, NO_CELL, pteHigh, pteLow, setPte } from "@forkpath/page-table";
import { condResched, type KernelThread, spinLock, spinUnlockStep } from "@forkpath/sync";
import { hugePagesWithin } from "../huge/range.ts";
import { movePoint } from "../machine/memory-point.ts";
import { notifyRangeEnd, notifyRangeStart } from "../machine/notifier.ts";
import { nextPteSpan, ptlOfCell } from "../machine/pte-walk.ts";
import { flushTlbMm } from "../machine/tlb.ts";
import type { MmEnv, Vma } from "../types.ts";
import { moveHugePage } from "./move-huge-pmd.ts";

/** Entries moved in one hold of the locks. @kernel LATENCY_LIMIT in mm/mremap.c */
const LATENCY_LIMIT = 64;

/**
 * Moves the entries of [oldAddr, oldAddr + len) of `vma` to `newAddr`, which `newVma` maps.
 * @returns bytes moved; less than `len` when memory for a table is short
 * @kernel move_page_tables in mm/mremap.c
 */
export function* movePageTables(
  env: MmEnv,
  vma: Vma,
  oldAddr: number,
  newVma: Vma,
  newAddr: number,
  len: number,
): KernelThread<number> {
  const { sync, tables } = env;
  const { mm } = vma;
  const oldEnd = oldAddr + len;
  notifyRangeStart(env, oldAddr, oldEnd);
  const toNew = newAddr - oldAddr;
  const huge = hugePagesWithin(env, mm, oldAddr, oldEnd);
  let at = oldAddr;
  while (at < oldEnd) {
    yield* condResched(sync);
    const nextHuge = huge[0] ?? oldEnd;
    if (nextHuge <= at) {
      huge.shift();
      const isWhole = nextHuge === at && at + PMD_SIZE <= oldEnd;
      if (yield* moveHugePage(env, mm, nextHuge, nextHuge + toNew, isWhole)) at += PMD_SIZE;
      continue;
    }
    const span = nextPteSpan(env, mm.pgd, at, nextHuge);
    if (span === null) {
      at = nextHuge;
      continue;
    }
    at = span.start;
    const target = at + toNew;
    const dstCell = yield* allocPteCell(sync, tables, mm, target);
    if (dstCell === NO_CELL) break;
    const untilTable = pagesBetween(target, (Math.floor(target / PMD_SIZE) + 1) * PMD_SIZE);
    const count = Math.min(span.endCell - span.cell, untilTable, LATENCY_LIMIT);
    yield* movePtes(env, vma, newVma, at, toNew, span.cell, dstCell, count);
    at += count * PAGE_SIZE;
  }
  flushTlbMm(env, mm);
  notifyRangeEnd(env, oldAddr, oldEnd);
  return at - oldAddr;
}

/** @kernel move_ptes in mm/mremap.c */
function* movePtes(
  env: MmEnv,
  vma: Vma,
  newVma: Vma,
  oldAddr: number,
  toNew: number,
  srcCell: number,
  dstCell: number,
  count: number,
): KernelThread<void> {
  const { sync } = env;
  const where = "move_ptes";
  const fileLock = vma.file?.iMmapLock;
  if (fileLock !== undefined) {
    yield* spinLock(sync, fileLock, where);
    // A truncation may be done with the new range, and not with the old one: it must come again.
    if (newVma.truncateCount !== vma.truncateCount) newVma.truncateCount = 0;
  }
  const oldPtl = ptlOfCell(env, vma.mm, srcCell);
  const newPtl = ptlOfCell(env, vma.mm, dstCell);
  yield* spinLock(sync, oldPtl, where);
  if (newPtl !== oldPtl) yield* spinLock(sync, newPtl, where, 1);
  for (let i = 0; i < count; i++) {
    const from = oldAddr + i * PAGE_SIZE;
    if (sync.interleaved) yield movePoint(env, vma.mm, from, from + toNew);
    moveEntry(env, srcCell + i, dstCell + i);
  }
  if (newPtl !== oldPtl) yield* spinUnlockStep(sync, newPtl, where);
  yield* spinUnlockStep(sync, oldPtl, where);
  if (fileLock !== undefined) yield* spinUnlockStep(sync, fileLock, where);
}

function moveEntry({ tables }: MmEnv, srcCell: number, dstCell: number): void {
  const low = pteLow(tables, srcCell);
  const high = pteHigh(tables, srcCell);
  if (low === 0 && high === 0) return;
  clearPte(tables, srcCell);
  setPte(tables, dstCell, low, high);
}
