/**
 * A stack grows: a fault below a VM_GROWSDOWN area moves its start down (SPEC §9.4/1).
 *
 * mmap_sem is held for reading only, so two stacks of one process can grow at once, and race on
 * total_vm and stack_vm: each add is a load and a store, and one can get lost (D42). Two faults
 * below one stack do not: they take the lock of its anon_vma.
 */
import { Errno, MMAP_MIN_ADDR, PAGE_SIZE, pageAlignDown, VmFlag } from "@forkpath/abi";
import { holding, type KernelThread, type Sync } from "@forkpath/sync";
import { stopToGrow } from "../machine/areas-point.ts";
import { vmEnoughSteps } from "../machine/commit-point.ts";
import { mayExpandVm, mayLock, NO_LIMITS, refuseBeyond } from "../machine/limits.ts";
import { addTotalVm, vmStatAccount } from "../machine/vm-stat.ts";
import type { MmEnv, MmLimits, Vma } from "../types.ts";
import { moveStart } from "./adjust.ts";
import { findVmaPrev } from "./list.ts";
import { prepareAnonVma } from "./prepare-anon-vma.ts";

/**
 * Extends `vma` down to the page of `address`. Whether something lies in between, the caller knows.
 * @returns 0; -EFAULT for an area that does not grow; -EPERM too far down; -ENOMEM
 * @kernel expand_stack in mm/mmap.c
 */
export function* expandStack(
  env: MmEnv,
  vma: Vma,
  address: number,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  if ((vma.flags & VmFlag.GROWSDOWN) === 0) return -Errno.EFAULT;
  const start = pageAlignDown(address);
  if (!hasStackGap(env, vma, start)) return -Errno.ENOMEM;
  yield* prepareAnonVma(env, vma);
  if (vma.anonVma === null) return -Errno.ENOMEM;
  if (start < MMAP_MIN_ADDR) return -Errno.EPERM;
  const grow = growDown(env, vma, start, limits);
  return yield* holding(env.sync, vma.anonVma.root.lock, "expand_stack", grow);
}

/**
 * Does a stack that begins at `start` keep its distance to what lies below? Other stacks may touch.
 */
function hasStackGap({ rules }: MmEnv, { mm, start: oldStart }: Vma, start: number): boolean {
  const { gapPages } = rules.stackGuard;
  const below = findVmaPrev(mm, oldStart);
  if (gapPages === 0 || below === undefined) return true;
  const isStack = (below.flags & VmFlag.GROWSDOWN) !== 0;
  const isUsable = (below.flags & (VmFlag.READ | VmFlag.WRITE | VmFlag.EXEC)) !== 0;
  return isStack || !isUsable || start - below.end >= gapPages * PAGE_SIZE;
}

/** Requires the lock of the area's anon_vma. @returns 0 or -ENOMEM */
function* growDown(env: MmEnv, vma: Vma, start: number, limits: MmLimits): KernelThread<number> {
  const pages = (vma.start - start) / PAGE_SIZE;
  if (pages <= 0) return 0; // while this thread waited, another one made it grow as far
  if (pages > vma.pgoff) return -Errno.ENOMEM;
  const status = yield* acctStackGrowth(env, vma, start, limits);
  if (status !== 0) return status;
  yield* stopToGrow(env, vma);
  moveStart(vma, start);
  return status;
}

function mayHaveStack(
  sync: Sync,
  { start, end }: Vma,
  newStart: number,
  limits: MmLimits,
): boolean {
  if (end - newStart <= limits.stack) return true;
  const used = (end - start) / PAGE_SIZE;
  const asked = (start - newStart) / PAGE_SIZE;
  return refuseBeyond(sync, "RLIMIT_STACK", used, asked, limits.stack);
}

/** @kernel acct_stack_growth in mm/mmap.c */
function* acctStackGrowth(
  env: MmEnv,
  vma: Vma,
  start: number,
  limits: MmLimits,
): KernelThread<number> {
  const { sync } = env;
  const { mm, flags } = vma;
  const pages = (vma.start - start) / PAGE_SIZE;
  const isLocked = (flags & VmFlag.LOCKED) !== 0;
  if (!mayExpandVm(env, mm, flags, pages, limits)) return -Errno.ENOMEM;
  if (!mayHaveStack(sync, vma, start, limits)) return -Errno.ENOMEM;
  if (isLocked && !mayLock(sync, mm, pages, limits)) return -Errno.ENOMEM;
  if ((yield* vmEnoughSteps(env, mm, pages, limits.isAdmin, vma)) !== 0) return -Errno.ENOMEM;
  yield* addTotalVm(sync, mm, pages);
  if (isLocked) mm.lockedVm += pages;
  yield* vmStatAccount(env, mm, flags, vma.file !== null, pages);
  return 0;
}
