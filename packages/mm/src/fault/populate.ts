/**
 * Faulting pages in before anybody touches them: MAP_POPULATE, mlock, mremap of a locked area.
 *
 * A page of a writable private area is written to, so that it is the owner's own from the start. A
 * shared page is only read: no copy is to be saved, and the write would dirty it.
 */
import { Errno, PAGE_SIZE, pfn as toPfn, VmFlag, virtAddr } from "@forkpath/abi";
import {
  findPteCell,
  isPteDirty,
  isPtePresent,
  isPteWrite,
  isSwapPte,
  NO_CELL,
  pfnAt,
  pteHigh,
  pteLow,
} from "@forkpath/page-table";
import { getPage, NormalPage, PageFlag, vmNormalPage } from "@forkpath/rmap";
import { type KernelThread, type SchedulePoint, stopAt, stopsHere } from "@forkpath/sync";
import { VM_ACCESS_FLAGS } from "../area/flags.ts";
import { isStackGuardPage } from "../area/list.ts";
import { addingPoint } from "../machine/batch-point.ts";
import { findHugePmd } from "../machine/huge-pmd.ts";
import { countFault } from "../machine/limits.ts";
import { lookPoint, usePoint } from "../machine/memory-point.ts";
import { lockPage, unlockPage } from "../page/lock.ts";
import { markPageAccessed } from "../page/lru-batch.ts";
import { dropPage, mlockVmaPage, setPageDirty } from "../page/state.ts";
import {
  type MmEnv,
  type MmLimits,
  type MmStruct,
  VM_FAULT_ERROR,
  type Vma,
  VmFault,
} from "../types.ts";
import { handleMmFault } from "./handle-mm-fault.ts";

/**
 * Faults in every page of [start, end), a part of `vma`. Requires mmap_sem. Stops without a word at
 * a page that cannot be had; which areas it passes over, releases differ in.
 * @param limits of the caller, for whom the faults count
 * @kernel make_pages_present in mm/memory.c
 */
export function* makePagesPresent(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
  limits: MmLimits,
): KernelThread<void> {
  if (!env.rules.populates(vma.flags)) return;
  for (let addr = start; addr < end; addr += PAGE_SIZE) {
    if ((yield* makePresent(env, vma, addr, isWrittenFirst(vma), limits)) !== 0) return;
  }
}

/**
 * The same for a locked area, whose pages get the Mlocked mark. Answers as POSIX wants mlock to.
 *
 * The guard page of a stack is left out: to touch it would make the stack one page longer. An area
 * that may only be executed is read all the same.
 * @returns 0; -EAGAIN when memory is short; -ENOMEM for a page that cannot be had
 * @kernel __mlock_vma_pages_range in mm/mlock.c
 */
export function* mlockPagesPresent(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
  limits: MmLimits,
): KernelThread<number> {
  const first = isStackGuardPage(env, vma, start) ? start + PAGE_SIZE : start;
  if (first < end && (vma.flags & VM_ACCESS_FLAGS) === 0) return -Errno.ENOMEM;
  for (let addr = first; addr < end; addr += PAGE_SIZE) {
    // What is mapped already was marked when the area became locked: before this use of it.
    if (env.rules.gupTouches) yield* markMlocked(env, vma, addr);
    const marksItself = env.rules.swapIn.asksMark && isSwappedAt(env, vma, addr);
    const status = yield* makePresent(env, vma, addr, isWrittenFirst(vma), limits);
    if (status === -Errno.ENOMEM) return -Errno.EAGAIN;
    if (status !== 0) return -Errno.ENOMEM;
    if (!marksItself) yield* markMlocked(env, vma, addr);
  }
  return 0;
}

/** Is the first use of a page the write that makes it the owner's? */
const isWrittenFirst = ({ flags }: Vma): boolean =>
  (flags & (VmFlag.WRITE | VmFlag.SHARED)) === VmFlag.WRITE;

/**
 * Faults until the entry allows the access; each fault that succeeds counts.
 * @returns 0; -ENOMEM; -EFAULT
 * @kernel faultin_page in mm/gup.c
 */
export function* makePresent(
  env: MmEnv,
  vma: Vma,
  addr: number,
  isWrite: boolean,
  limits: MmLimits,
): KernelThread<number> {
  for (;;) {
    if (stopsHere(env.sync)) yield* stopAt(env.sync, presentPoint(env, vma.mm, addr));
    if (isMapped(env, vma, addr, isWrite)) break;
    const code = yield* handleMmFault(env, vma, addr, isWrite, limits);
    if (code & VmFault.OOM) return -Errno.ENOMEM;
    if (code & VM_FAULT_ERROR) return -Errno.EFAULT;
    countFault(limits, code);
  }
  if (env.rules.gupTouches) markUsed(env, vma, addr, isWrite);
  return 0;
}

/** @kernel follow_page_pte in mm/gup.c, with FOLL_TOUCH */
function markUsed(env: MmEnv, vma: Vma, addr: number, isWrite: boolean): void {
  const { tables, map } = env;
  const cell = findPteCell(tables, vma.mm.pgd, virtAddr(addr));
  if (cell === NO_CELL) return;
  const low = pteLow(tables, cell);
  const pfn = pfnAt(tables, cell);
  if (vmNormalPage(map, vma.flags, low, pfn) !== NormalPage.NORMAL) return;
  // Who asks for a page to write to it makes it dirty, entry or not.
  if (isWrite && !isPteDirty(low)) setPageDirty(env, toPfn(pfn));
  markPageAccessed(env, pfn);
}

/** The look at whether the page is there marks it as used, if it is. */
const presentPoint = (env: MmEnv, mm: MmStruct, addr: number): SchedulePoint =>
  env.rules.gupTouches
    ? addingPoint(env, usePoint(env, mm, addr), "activate")
    : lookPoint(env, mm, addr);

function isMapped(env: MmEnv, vma: Vma, addr: number, isWrite: boolean): boolean {
  const { tables } = env;
  const pte = findPteCell(tables, vma.mm.pgd, virtAddr(addr));
  const cell = pte === NO_CELL ? findHugePmd(env, vma.mm, addr) : pte;
  if (cell === NO_CELL) return false;
  const low = pteLow(tables, cell);
  return isPtePresent(low) && (!isWrite || isPteWrite(low));
}

function isSwappedAt({ tables }: MmEnv, { mm }: Vma, addr: number): boolean {
  const cell = findPteCell(tables, mm.pgd, virtAddr(addr));
  return cell !== NO_CELL && isSwapPte(pteLow(tables, cell), pteHigh(tables, cell));
}

/** A huge page was marked when it was mapped, if its area was locked by then. */
function* markMlocked(env: MmEnv, vma: Vma, addr: number): KernelThread<void> {
  const { tables, map } = env;
  if (stopsHere(env.sync)) yield* stopAt(env.sync, usePoint(env, vma.mm, addr));
  const cell = findPteCell(tables, vma.mm.pgd, virtAddr(addr));
  if (cell === NO_CELL) return;
  const low = pteLow(tables, cell);
  const frame = pfnAt(tables, cell);
  if (!isPtePresent(low) || vmNormalPage(map, vma.flags, low, frame) !== NormalPage.NORMAL) return;
  const pfn = toPfn(frame);
  if (map.flags[pfn] & PageFlag.MLOCKED) return;
  getPage(map, pfn);
  yield* lockPage(env, pfn);
  mlockVmaPage(env, pfn);
  unlockPage(env, pfn);
  dropPage(env, pfn);
}
