/**
 * Faulting pages in before anybody touches them: MAP_POPULATE, mlock, mremap of a locked area.
 *
 * Each page is brought as its owner would first use it: written to, if the area is writable, so
 * that a private page is its own from the start.
 */
import { Errno, PAGE_SIZE, pfn as toPfn, VmFlag, virtAddr } from "@forkpath/abi";
import {
  findPteCell,
  isPtePresent,
  isPteWrite,
  NO_CELL,
  pteHigh,
  pteLow,
  ptePfn,
} from "@forkpath/page-table";
import { NormalPage, PageFlag, vmNormalPage } from "@forkpath/rmap";
import type { KernelThread } from "@forkpath/sync";
import { findHugePmd } from "../machine/huge-pmd.ts";
import { lockPage, unlockPage } from "../page/lock.ts";
import { mlockVmaPage } from "../page/state.ts";
import { type MmEnv, VM_FAULT_ERROR, type Vma, VmFault } from "../types.ts";
import { handleMmFault } from "./handle-mm-fault.ts";

/**
 * Faults in every page of [start, end), a part of `vma`. Requires mmap_sem.
 * @returns 0; -ENOMEM; -EFAULT for a page past its file, or an area that may not be read
 * @kernel make_pages_present in mm/memory.c
 */
export function* makePagesPresent(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
): KernelThread<number> {
  for (let addr = start; addr < end; addr += PAGE_SIZE) {
    const status = yield* makePresent(env, vma, addr);
    if (status !== 0) return status;
  }
  return 0;
}

/**
 * The same for a locked area, whose pages get the Mlocked mark. Answers as POSIX wants mlock to.
 * @returns 0; -EAGAIN when memory is short; -ENOMEM for a page that cannot be had
 * @kernel __mlock_vma_pages_range in mm/mlock.c
 */
export function* mlockPagesPresent(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
): KernelThread<number> {
  for (let addr = start; addr < end; addr += PAGE_SIZE) {
    const status = yield* makePresent(env, vma, addr);
    if (status === -Errno.ENOMEM) return -Errno.EAGAIN;
    if (status !== 0) return -Errno.ENOMEM;
    yield* markMlocked(env, vma, addr);
  }
  return 0;
}

/** Faults until the entry allows the access. */
function* makePresent(env: MmEnv, vma: Vma, addr: number): KernelThread<number> {
  const isWrite = (vma.flags & VmFlag.WRITE) !== 0;
  if (!isWrite && (vma.flags & VmFlag.READ) === 0) return -Errno.EFAULT;
  while (!isMapped(env, vma, addr, isWrite)) {
    const code = yield* handleMmFault(env, vma, addr, isWrite);
    if (code & VmFault.OOM) return -Errno.ENOMEM;
    if (code & VM_FAULT_ERROR) return -Errno.EFAULT;
  }
  return 0;
}

function isMapped(env: MmEnv, vma: Vma, addr: number, isWrite: boolean): boolean {
  const { tables } = env;
  const pte = findPteCell(tables, vma.mm.pgd, virtAddr(addr));
  const cell = pte === NO_CELL ? findHugePmd(env, vma.mm, addr) : pte;
  if (cell === NO_CELL) return false;
  const low = pteLow(tables, cell);
  return isPtePresent(low) && (!isWrite || isPteWrite(low));
}

/** A huge page was marked when it was mapped, if its area was locked by then. */
function* markMlocked(env: MmEnv, vma: Vma, addr: number): KernelThread<void> {
  const { tables, map } = env;
  const cell = findPteCell(tables, vma.mm.pgd, virtAddr(addr));
  if (cell === NO_CELL) return;
  const low = pteLow(tables, cell);
  const frame = ptePfn(low, pteHigh(tables, cell));
  if (!isPtePresent(low) || vmNormalPage(map, vma.flags, low, frame) !== NormalPage.NORMAL) return;
  const pfn = toPfn(frame);
  if (map.flags[pfn] & PageFlag.MLOCKED) return;
  yield* lockPage(env, pfn);
  mlockVmaPage(env, pfn);
  unlockPage(env, pfn);
}
