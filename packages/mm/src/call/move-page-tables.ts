/**
 * Moving entries from one range of addresses to another, whatever they are (SPEC §2.14).
 *
 * No page is touched and no counter changes: the index of an anonymous page is an offset in its
 * area, and the area moves along. Present, swap, file and migration entries all move as they are.
 */
import { PAGE_SIZE, PMD_SIZE, pagesBetween, virtAddr } from "@forkpath/abi";
import {
  allocPmdCell,
  allocPteCell,
  clearPte,
  findPmdCell,
  isPteNone,
  NO_CELL,
  NO_TABLE,
  pgdOffset,
  pmdLockOf,
  pteHigh,
  pteLow,
  pudAddrEnd,
  pudAlloc,
  setPte,
} from "@forkpath/page-table";
import { entryRow } from "@forkpath/page-table/internal";
import { condResched, holding, type KernelThread, stopAt, stopsHere } from "@forkpath/sync";
import { findVmaIntersection } from "../area/list.ts";
import { hugePagesWithin } from "../huge/range.ts";
import { movePoint } from "../machine/memory-point.ts";
import { memoryStep } from "../machine/memory-step.ts";
import { notifyRangeEnd, notifyRangeStart } from "../machine/notifier.ts";
import { nextPteSpan, ptlOfCell } from "../machine/pte-walk.ts";
import { flushTlbRange } from "../machine/tlb.ts";
import type { MmEnv, MmStruct, Vma } from "../types.ts";
import { moveHugePage } from "./move-huge-pmd.ts";

/** Entries moved in one hold of the locks. @kernel LATENCY_LIMIT in mm/mremap.c */
const LATENCY_LIMIT = 64;
const WHERE = "move_ptes";

/** Entries of one table that move to another one, or within it. */
interface Batch {
  /** Bytes. */
  readonly oldAddr: number;
  readonly newAddr: number;
  readonly srcCell: number;
  readonly dstCell: number;
  readonly count: number;
}

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
  const isDown = env.rules.movesTables === "first part unused";
  const start = isDown ? alignedDown({ vma, oldAddr, newVma, newAddr, len }) : oldAddr;
  notifyRangeStart(env, oldAddr, oldEnd);
  const toNew = newAddr - oldAddr;
  const fileLock = vma.file?.iMmapLock ?? null;
  const huge = hugePagesWithin(env, mm, start, oldEnd);
  const roomEnd = env.rules.makesPudTable
    ? yield* makePudTables(env, mm, start, oldEnd, toNew)
    : oldEnd;
  let at = start;
  while (at < roomEnd) {
    yield* condResched(sync);
    const nextHuge = Math.min(huge[0] ?? roomEnd, roomEnd);
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
    const isTable = span.end - span.start === PMD_SIZE && target % PMD_SIZE === 0;
    if (isTable && env.rules.movesTables !== "none" && (yield* moveTable(env, mm, at, target))) {
      at = span.end;
      continue;
    }
    const dstCell = yield* allocPteCell(sync, tables, mm, target);
    if (dstCell === NO_CELL) break;
    const untilTable = pagesBetween(target, (Math.floor(target / PMD_SIZE) + 1) * PMD_SIZE);
    const count = Math.min(span.endCell - span.cell, untilTable, LATENCY_LIMIT);
    const batch = { oldAddr: at, newAddr: target, srcCell: span.cell, dstCell, count };
    yield* holding(sync, fileLock, WHERE, movePtes(env, vma, newVma, batch));
    at += count * PAGE_SIZE;
  }
  flushTlbRange(env, mm);
  notifyRangeEnd(env, oldAddr, oldEnd);
  return Math.max(0, at - oldAddr);
}

/** From where to where entries move. Bytes. */
interface TableMove {
  readonly vma: Vma;
  readonly oldAddr: number;
  readonly newVma: Vma;
  readonly newAddr: number;
  readonly len: number;
}

/**
 * Where the first pte table begins, if all that it maps moves, and to the same place in another.
 * @returns bytes; `oldAddr` where it does not
 * @kernel try_realign_start in mm/mremap.c
 */
function alignedDown({ vma, oldAddr, newVma, newAddr, len }: TableMove): number {
  const before = oldAddr % PMD_SIZE;
  if (newAddr % PMD_SIZE !== before || len < PMD_SIZE - before) return oldAddr;
  const isFree = isFirstInTable(vma, oldAddr) && isFirstInTable(newVma, newAddr);
  return isFree ? oldAddr - before : oldAddr;
}

/** Does the area begin at `addr`, and nothing lie before it in the range of its pte table? */
const isFirstInTable = ({ mm, start }: Vma, addr: number): boolean =>
  start === addr && findVmaIntersection(mm, addr - (addr % PMD_SIZE), addr) === undefined;

/**
 * Makes the pud tables of the new place, for each pmd table of the old one.
 * @returns how far the old range has room there, in bytes
 * @kernel alloc_new_pud in mm/mremap.c
 */
function* makePudTables(
  env: MmEnv,
  mm: MmStruct,
  oldAddr: number,
  oldEnd: number,
  toNew: number,
): KernelThread<number> {
  const { sync, tables } = env;
  let at = oldAddr;
  while (at < oldEnd) {
    if (findPmdCell(tables, mm.pgd, virtAddr(at)) !== NO_CELL) {
      const pgd = pgdOffset(mm.pgd, virtAddr(at + toNew));
      const isThere = entryRow(tables, pgd) !== NO_TABLE;
      if (!isThere && (yield* pudAlloc(sync, tables, mm, pgd)) === NO_TABLE) return at;
    }
    const newNext = pudAddrEnd(virtAddr(at + toNew), virtAddr(oldEnd + toNew)) - toNew;
    at = Math.min(pudAddrEnd(virtAddr(at), virtAddr(oldEnd)), newNext);
  }
  return oldEnd;
}

/**
 * @returns false where the target has a table already, or can have none
 * @kernel move_normal_pmd in mm/mremap.c
 */
function* moveTable(env: MmEnv, mm: MmStruct, from: number, to: number): KernelThread<boolean> {
  const { sync, tables } = env;
  const target = yield* allocPmdCell(sync, tables, mm, to);
  const pmd = findPmdCell(tables, mm.pgd, virtAddr(from));
  if (target === NO_CELL || pmd === NO_CELL) return false;
  if (!isPteNone(pteLow(tables, target), pteHigh(tables, target))) return false;
  const [oldLock, newLock] = [pmdLockOf(tables, mm, pmd), pmdLockOf(tables, mm, target)];
  const move = memoryStep(env, () => moveEntry(env, pmd, target));
  const nested = oldLock === newLock ? move : holding(sync, newLock, WHERE, move, 1);
  yield* holding(sync, oldLock, WHERE, nested);
  return true;
}

/**
 * Requires the file's i_mmap_lock, if there is a file.
 * @kernel move_ptes in mm/mremap.c
 */
function* movePtes(env: MmEnv, vma: Vma, newVma: Vma, batch: Batch): KernelThread<void> {
  const { sync } = env;
  // A truncation may be done with the new range, and not with the old one: it must come again.
  const isBehind = vma.file !== null && newVma.truncateCount !== vma.truncateCount;
  if (isBehind) newVma.truncateCount = 0;
  const oldPtl = ptlOfCell(env, vma.mm, batch.srcCell);
  const newPtl = ptlOfCell(env, vma.mm, batch.dstCell);
  const secondPtl = newPtl === oldPtl ? null : newPtl;
  const move = moveEntries(env, vma.mm, batch);
  yield* holding(sync, oldPtl, WHERE, holding(sync, secondPtl, WHERE, move, 1));
}

/** Requires the locks of both tables. */
function* moveEntries(env: MmEnv, mm: MmStruct, batch: Batch): KernelThread<void> {
  const { oldAddr, newAddr, srcCell, dstCell, count } = batch;
  for (let i = 0; i < count; i++) {
    const bytes = i * PAGE_SIZE;
    if (stopsHere(env.sync))
      yield* stopAt(env.sync, movePoint(env, mm, oldAddr + bytes, newAddr + bytes));
    moveEntry(env, srcCell + i, dstCell + i);
  }
}

function moveEntry({ tables }: MmEnv, srcCell: number, dstCell: number): void {
  const low = pteLow(tables, srcCell);
  const high = pteHigh(tables, srcCell);
  if (low === 0 && high === 0) return;
  clearPte(tables, srcCell);
  setPte(tables, dstCell, low, high);
}
