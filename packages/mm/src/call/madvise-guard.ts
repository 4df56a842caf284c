/**
 * Guard pages: MADV_GUARD_INSTALL and MADV_GUARD_REMOVE (L22/5).
 *
 *    install    every page of the range is dropped, and has a guard marker in its place
 *    remove     the markers go; what else is there stays
 *
 * A marker counts in no counter and is no page. An access to it is a SIGSEGV. Fork copies it, and
 * DONTNEED leaves it.
 */
import { Errno, PAGE_SIZE, VmFlag, virtAddr, withVmFlag } from "@forkpath/abi";
import {
  allocPteCell,
  clearPte,
  isPteNone,
  NO_CELL,
  pteHigh,
  pteLow,
  setPte,
} from "@forkpath/page-table";
import { isPteMarker, makePteMarker, PteMarker } from "@forkpath/swap";
import { holding, type KernelThread } from "@forkpath/sync";
import { VM_SPECIAL } from "../area/flags.ts";
import { prepareAnonVma } from "../area/prepare-anon-vma.ts";
import { memoryStep } from "../machine/memory-step.ts";
import { ptlOfCell } from "../machine/pte-walk.ts";
import type { MmEnv, Vma } from "../types.ts";
import { zapPageRange } from "../zap/unmap-vmas.ts";
import { adviseEntries } from "./advise-entries.ts";

const NEVER_GUARDED: number = VM_SPECIAL | VmFlag.HUGETLB;
const GUARD = makePteMarker(PteMarker.GUARD);

/**
 * @returns 0; -EINVAL for a driver's or locked memory; -ENOMEM
 * @kernel madvise_guard_install in mm/madvise.c
 */
export function* madviseGuardInstall(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
): KernelThread<number> {
  if (vma.flags & (NEVER_GUARDED | VmFlag.LOCKED)) return -Errno.EINVAL;
  if (vma.file === null && (yield* prepareAnonVma(env, vma)) !== 0) return -Errno.ENOMEM;
  vma.flags = withVmFlag(vma.flags, VmFlag.MAYBE_GUARD);
  yield* zapUnlessGuarded(env, vma, start, end);
  for (let addr = start; addr < end; addr += PAGE_SIZE) {
    const cell = yield* allocPteCell(env.sync, env.tables, vma.mm, addr);
    if (cell === NO_CELL) return -Errno.ENOMEM;
    // A fault may have been there since: once more from this page on.
    while (!(yield* installGuard(env, vma, cell))) yield* zapUnlessGuarded(env, vma, addr, end);
  }
  return 0;
}

/** @returns false where a page is in the way */
function installGuard(env: MmEnv, vma: Vma, cell: number): KernelThread<boolean> {
  const { tables } = env;
  const install = memoryStep(env, () => {
    const low = pteLow(tables, cell);
    if (!isPteNone(low, pteHigh(tables, cell)) && low !== GUARD) return false;
    setPte(tables, cell, GUARD, 0);
    return true;
  });
  return holding(env.sync, ptlOfCell(env, vma.mm, cell), "guard_install", install);
}

/** Pages that are in the way are dropped: all of the range at once, if there is one. */
function* zapUnlessGuarded(env: MmEnv, vma: Vma, start: number, end: number): KernelThread<void> {
  let isInTheWay = false;
  yield* adviseEntries(env, vma, start, end, "guard_install", (cell) => {
    const low = pteLow(env.tables, cell);
    if (!isPteNone(low, pteHigh(env.tables, cell)) && low !== GUARD) isInTheWay = true;
  });
  if (isInTheWay) yield* zapPageRange(env, vma, virtAddr(start), virtAddr(end));
}

/**
 * @returns 0, or -EINVAL for a driver's memory
 * @kernel madvise_guard_remove in mm/madvise.c
 */
export function* madviseGuardRemove(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
): KernelThread<number> {
  if (vma.flags & NEVER_GUARDED) return -Errno.EINVAL;
  const remove = (cell: number): void => {
    const low = pteLow(env.tables, cell);
    if (low === GUARD && isPteMarker(low)) clearPte(env.tables, cell);
  };
  yield* adviseEntries(env, vma, start, end, "guard_remove", remove, () => true);
  return 0;
}
