/**
 * A stack grows: a fault below a VM_GROWSDOWN area moves its start down (SPEC §9.4/1).
 *
 * mmap_sem is held for reading only, so two stacks of one process can grow at once, and race on
 * total_vm and stack_vm: each add is a load and a store, and one can get lost (D42). Two faults
 * below one stack do not: they take the lock of its anon_vma.
 */
import { Errno, PAGE_SIZE, pageAlignDown, VmFlag } from "@forkpath/abi";
import { type KernelThread, spinLock, spinUnlockStep } from "@forkpath/sync";
import { vmEnoughMemory } from "../machine/commit.ts";
import { mayExpandVm, mayLock, NO_LIMITS } from "../machine/limits.ts";
import { addTotalVm, vmStatAccount } from "../machine/vm-stat.ts";
import type { MmEnv, MmLimits, Vma } from "../types.ts";
import { moveStart } from "./adjust.ts";
import { prepareAnonVma } from "./prepare-anon-vma.ts";

/** Below this nobody may map. Bytes. @kernel mmap_min_addr */
const MMAP_MIN_ADDR = 65_536;

/**
 * Extends `vma` down to the page of `address`. Asks nobody whether something lies in between.
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
  const prepared = yield* prepareAnonVma(env, vma);
  if (prepared !== 0 || vma.anonVma === null) return -Errno.ENOMEM;
  const start = pageAlignDown(address);
  if (start < MMAP_MIN_ADDR) return -Errno.EPERM;
  const { lock } = vma.anonVma.root;
  yield* spinLock(env.sync, lock, "expand_stack");
  // Somebody may have grown it as far while this waited.
  const grow = (vma.start - start) / PAGE_SIZE;
  let status = 0;
  if (grow > 0) {
    status = grow > vma.pgoff ? -Errno.ENOMEM : yield* acctStackGrowth(env, vma, start, limits);
    if (status === 0) moveStart(vma, start);
  }
  yield* spinUnlockStep(env.sync, lock, "expand_stack");
  return status;
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
  if (!mayExpandVm(mm, pages, limits)) return -Errno.ENOMEM;
  if (vma.end - start > limits.stack) return -Errno.ENOMEM;
  if (isLocked && !mayLock(mm, pages, limits)) return -Errno.ENOMEM;
  if (vmEnoughMemory(env, mm, pages, limits.isAdmin) !== 0) return -Errno.ENOMEM;
  yield* addTotalVm(sync, mm, pages);
  if (isLocked) mm.lockedVm += pages;
  yield* vmStatAccount(sync, mm, flags, vma.file !== null, pages);
  return 0;
}
