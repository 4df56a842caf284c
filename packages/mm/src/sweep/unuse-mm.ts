/**
 * swapoff looks through one address space for a slot, and maps the slot's page there (SPEC §3.9).
 *
 *    before   s   anon 0, swap 1   byte 0x41
 *    after    o   anon 1, swap 0   byte 0x40      o: as the vma allows, but old and not writable
 */
import { PAGE_SIZE, type Pfn, type SwpEntry } from "@forkpath/abi";
import { decMmCounter, incMmCounter, MmCounter } from "@forkpath/counters";
import { isPteSame, mkPteHigh, mkPteLow, pteLow, pteMkold, setPte } from "@forkpath/page-table";
import { CHUNK_MASK, CHUNK_SHIFT } from "@forkpath/page-table/internal";
import {
  type AnonVma,
  getPage,
  linearPageIndex,
  PageFlag,
  pageAddAnonRmap,
  pageAnonVma,
  vmaAddress,
} from "@forkpath/rmap";
import { ownerLookPoint } from "@forkpath/rmap/internal";
import {
  entryPteHigh,
  entryPteLow,
  isSwpExclusive,
  swapFree,
  swpMkexclusive,
} from "@forkpath/swap";
import {
  downRead,
  downReadTrylock,
  holding,
  type KernelThread,
  stopAt,
  upRead,
} from "@forkpath/sync";
import { spanPoint } from "../machine/memory-point.ts";
import { stopAtPage, stopAtSharers } from "../machine/memory-stop.ts";
import { nextPteSpan, ptlOfCell } from "../machine/pte-walk.ts";
import { holdingPage } from "../page/in-flight.ts";
import { lockPage, unlockPage } from "../page/lock.ts";
import type { MmEnv, MmStruct, Vma } from "../types.ts";

/** What is looked for, and the locked page to put in its place. */
interface Sought {
  readonly low: number;
  readonly high: number;
  readonly page: Pfn;
}

/**
 * Replaces the first entry of `mm` that names `entry` by the locked page. The page's lock may be
 * given up and taken again, to wait for the sem.
 * @returns whether an entry was found
 * @kernel unuse_mm in mm/swapfile.c
 * @deviates Never fails: no memory cgroup is charged, and no KSM page is copied.
 */
export function* unuseMm(
  env: MmEnv,
  mm: MmStruct,
  entry: SwpEntry,
  page: Pfn,
): KernelThread<boolean> {
  const where = "unuse_mm";
  yield* stopAt(env.sync, mm.mmapSem.tryReadPoint);
  if (!downReadTrylock(env.sync, mm.mmapSem, where)) {
    yield* stopAtPage(env, page);
    unlockPage(env, page);
    yield* holdingPage(env, page, downRead(env.sync, mm.mmapSem, where));
    yield* lockPage(env, page);
  }
  const sought = { low: entryPteLow(entry), high: entryPteHigh(entry), page };
  const isFound = yield* unuseVmas(env, mm, sought);
  yield* upRead(env.sync, mm.mmapSem, where);
  return isFound;
}

/** Requires mmap_sem held for reading. @returns whether an entry was found */
function* unuseVmas(env: MmEnv, mm: MmStruct, sought: Sought): KernelThread<boolean> {
  for (const vma of mm.vmas) {
    if (env.sync.interleaved) yield* stopAt(env.sync, ownerLookPoint(vma));
    if (vma.anonVma === null) continue;
    if (yield* unuseVma(env, vma, vma.anonVma, sought)) return true;
  }
  return false;
}

/**
 * A page that knows its owner can only be at one address of the vma; any other may be anywhere.
 * @kernel unuse_vma in mm/swapfile.c
 */
function* unuseVma(env: MmEnv, vma: Vma, anonVma: AnonVma, sought: Sought): KernelThread<boolean> {
  const owner = pageAnonVma(env.map, env.anonVmas, sought.page);
  if (owner === undefined) return yield* unuseRange(env, vma, anonVma, vma.start, vma.end, sought);
  const addr = vmaAddress(vma, env.map.index[sought.page]);
  if (owner.root !== anonVma.root || addr < 0) return false;
  return yield* unuseRange(env, vma, anonVma, addr, addr + PAGE_SIZE, sought);
}

/** @kernel unuse_pte_range in mm/swapfile.c, and the walk above it */
function* unuseRange(
  env: MmEnv,
  vma: Vma,
  anonVma: AnonVma,
  start: number,
  end: number,
  sought: Sought,
): KernelThread<boolean> {
  for (let at = start; at < end; ) {
    if (env.sync.interleaved) yield* stopAt(env.sync, spanPoint(env, vma.mm, at, end));
    const span = nextPteSpan(env, vma.mm.pgd, at, end);
    if (span === null) return false;
    for (let cell = span.cell; cell < span.endCell; cell++) {
      cell = findEntry(env, cell, span.endCell, sought.low);
      if (cell === span.endCell) break;
      const addr = span.start + (cell - span.cell) * PAGE_SIZE;
      const ptl = ptlOfCell(env, vma.mm, cell);
      const unuse = unusePte(env, vma, anonVma, addr, cell, sought);
      if (yield* holding(env.sync, ptl, "unuse_pte", unuse)) return true;
    }
    at = span.end;
  }
  return false;
}

/** The first cell whose entry names the slot, exclusively or not; else `endCell`. */
function findEntry(env: MmEnv, cell: number, endCell: number, low: number): number {
  const found = findLow(env, cell, endCell, low);
  return env.rules.exclusiveFlag === 0 ? found : findLow(env, cell, found, swpMkexclusive(low));
}

/**
 * The first cell of [cell, endCell) with this low word, else `endCell`. swapoff looks at every
 * entry of a process for each slot: so the array searches itself.
 */
function findLow({ tables }: MmEnv, cell: number, endCell: number, low: number): number {
  if (cell === endCell) return endCell;
  const at = cell & CHUNK_MASK;
  const words = tables.low[cell >>> CHUNK_SHIFT].subarray(at, at + endCell - cell);
  const found = words.indexOf(low);
  return found < 0 ? endCell : cell + found;
}

/**
 * Requires the table's lock.
 * @returns false when the entry changed before its table was locked
 * @kernel unuse_pte in mm/swapfile.c
 */
function* unusePte(
  env: MmEnv,
  vma: Vma,
  anonVma: AnonVma,
  addr: number,
  cell: number,
  { low: wanted, high, page }: Sought,
): KernelThread<boolean> {
  const { sync, tables, map } = env;
  const { counters } = vma.mm;
  const low = pteLow(tables, cell);
  const isExclusive = env.rules.exclusiveFlag !== 0 && isSwpExclusive(low);
  if (!isPteSame(tables, cell, isExclusive ? swpMkexclusive(wanted) : wanted, high)) return false;
  yield* incMmCounter(sync, counters, MmCounter.ANON_RSS);
  yield* decMmCounter(sync, counters, MmCounter.SWAP_USAGE);
  yield* stopAtSharers(env, vma.mm, addr, page);
  getPage(map, page);
  setPte(
    tables,
    cell,
    pteMkold(mkPteLow(page, vma.pageProtLow)),
    mkPteHigh(page, vma.pageProtHigh),
  );
  pageAddAnonRmap(map, page, anonVma, linearPageIndex(vma, addr), false);
  if (isExclusive) map.flags[page] |= env.rules.exclusiveFlag;
  swapFree(sync, env.swap, low, high);
  map.flags[page] |= PageFlag.ACTIVE;
  return true;
}
