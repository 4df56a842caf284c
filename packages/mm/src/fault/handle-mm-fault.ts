/**
 * Page faults: which path brings the page, by what the entry says (SPEC §9.2, §9.3).
 *
 *    entry                        path
 *    none, the mapping has pages  doLinearFault
 *    none, anonymous memory       doAnonymousPage
 *    nonlinear file offset        doNonlinearFault
 *    swap, migration, poison      doSwapPage
 *    present, read-only, write    doWpPage
 *    present otherwise            made young, and dirty for a write
 *
 * Before that, fault/huge.ts asks the pmd whether it maps, or should map, a huge page.
 *
 * The entry is read once without a lock, and compared again under it. A fault that lost a race
 * answers 0: the processor tries again, and finds the other one's work.
 *
 * The lock is taken in halves here: every fault on a present entry comes by, and do_wp_page lets it
 * go.
 */
import { hex, pageAlignDown, virtAddr } from "@forkpath/abi";
import { checkSyncRssStat } from "@forkpath/counters";
import {
  allocPmdCell,
  allocPteCell,
  findPteCell,
  isPteFile,
  isPteNone,
  isPtePresent,
  isPteWrite,
  NO_CELL,
  pteMkdirty,
  pteMkyoung,
  ptepSetAccessFlags,
} from "@forkpath/page-table";
import {
  goesOver,
  type KernelThread,
  spinLock,
  spinLockNow,
  spinUnlockNow,
  stopAt,
  stopsHere,
  tracedAt,
} from "@forkpath/sync";
import {
  createFaultSite,
  type FaultSite,
  isSameEntry,
  readOrigPte,
} from "../machine/fault-site.ts";
import { NO_LIMITS } from "../machine/limits.ts";
import { cellPoint, lookPoint } from "../machine/memory-point.ts";
import { type MmEnv, type MmLimits, ThpMode, type Vma, VmFault } from "../types.ts";
import { doAnonymousPage } from "./anonymous.ts";
import { doLinearFault, doNonlinearFault } from "./file.ts";
import { handleHugeFault, PTE_FAULT } from "./huge.ts";
import { doSwapPage } from "./swap.ts";
import { doWpPage } from "./wp.ts";

const WHERE = "handle_pte_fault";

/**
 * Handles a fault of `vma` at the byte address `addr`.
 *
 * Requires mmap_sem held for reading, and that the vma permits the access: nobody asks again. With
 * `allowRetry`, a RETRY answer means that the semaphore was let go.
 * @returns VmFault bits
 * @throws RangeError when `addr` is not within the vma
 * @kernel handle_mm_fault in mm/memory.c
 * @deviates No hugetlb areas.
 */
export function handleMmFault(
  env: MmEnv,
  vma: Vma,
  addr: number,
  isWrite: boolean,
  limits: MmLimits = NO_LIMITS,
  allowRetry = false,
): KernelThread<number> {
  expectWithin(vma, addr);
  checkSyncRssStat(env.sync, vma.mm.counters);
  const page = pageAlignDown(addr);
  const { interleaved } = env.sync;
  const cell = interleaved ? NO_CELL : findPteCell(env.tables, vma.mm.pgd, page);
  const site = createFaultSite(vma, page, cell, isWrite, limits, allowRetry);
  // Where the table is there and nobody else can run, the walk needs no generator.
  const fault = cell !== NO_CELL ? handlePteFault(env, site) : walkAndFault(env, site);
  return tracedAt(env.sync, "handle_mm_fault", fault, addr);
}

function expectWithin({ start, end }: Vma, addr: number): void {
  if (addr >= start && addr < end) return;
  throw new RangeError(
    `handleMmFault: addr must be within ${hex(start)} to ${hex(end)}, ` + `got ${hex(addr)}`,
  );
}

/**
 * Makes the tables that are missing, or maps a huge page in their place; lets others run before the
 * entry is read.
 */
function* walkAndFault(env: MmEnv, site: FaultSite): KernelThread<number> {
  const { sync, tables } = env;
  const { vma, addr } = site;
  if (sync.interleaved) {
    yield* stopAt(sync, lookPoint(env, vma.mm, addr));
    site.cell = findPteCell(tables, vma.mm.pgd, virtAddr(addr));
  }
  if (site.cell === NO_CELL && vma.ops?.fault !== undefined && isTableLate(env)) {
    const pmd = yield* allocPmdCell(sync, tables, vma.mm, addr);
    if (pmd === NO_CELL) return VmFault.OOM;
    return yield* tracedAt(sync, "do_linear_fault", doLinearFault(env, site), site.addr);
  }
  if (site.cell === NO_CELL && env.thp !== ThpMode.NEVER) {
    const code = yield* handleHugeFault(env, site);
    if (code !== PTE_FAULT) return code;
  } else if (site.cell === NO_CELL) {
    site.cell = yield* allocPteCell(sync, tables, vma.mm, addr);
    if (sync.interleaved) yield* stopAt(sync, lookPoint(env, vma.mm, addr));
  }
  if (site.cell === NO_CELL) return VmFault.OOM;
  return yield* handlePteFault(env, site);
}

/** Files have no huge pages here: what is missing is a pte table, and its time has not come. */
const isTableLate = ({ rules }: MmEnv): boolean => rules.fileTable === "for the page";

/**
 * Reads the entry, and chooses the path for what it says.
 * @kernel handle_pte_fault in mm/memory.c
 */
function handlePteFault(env: MmEnv, site: FaultSite): KernelThread<number> {
  const { sync } = env;
  readOrigPte(env, site);
  if (isPtePresent(site.low)) return presentFault(env, site);
  if (isPteNone(site.low, site.high)) {
    return site.vma.ops?.fault === undefined
      ? tracedAt(sync, "do_anonymous_page", doAnonymousPage(env, site), site.addr)
      : tracedAt(sync, "do_linear_fault", doLinearFault(env, site), site.addr);
  }
  return isPteFile(site.low)
    ? tracedAt(sync, "do_nonlinear_fault", doNonlinearFault(env, site), site.addr)
    : tracedAt(sync, "do_swap_page", doSwapPage(env, site), site.addr);
}

function* presentFault(env: MmEnv, site: FaultSite): KernelThread<number> {
  const { sync, tables } = env;
  const { ptl } = site;
  if (!spinLockNow(sync, ptl, WHERE)) yield* spinLock(sync, ptl, WHERE);
  if (stopsHere(sync)) yield* stopAt(sync, cellPoint(env, site.vma.mm, site.addr, site.cell));
  const isSame = isSameEntry(env, site);
  if (isSame && site.isWrite && !isPteWrite(site.low)) {
    return yield* tracedAt(sync, "do_wp_page", doWpPage(env, site), site.addr);
  }
  if (isSame) {
    const low = site.isWrite ? pteMkdirty(site.low) : site.low;
    ptepSetAccessFlags(tables, site.cell, pteMkyoung(low), site.high, site.isWrite);
  }
  if (sync.interleaved && !goesOver(sync.passing, ptl.unlockPoint)) yield ptl.unlockPoint;
  spinUnlockNow(sync, ptl, WHERE);
  return 0;
}
