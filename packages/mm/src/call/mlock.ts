/**
 * mlock and its like: areas whose pages stay in memory, and are brought there now (SPEC §5.11).
 *
 * An area is marked and counted first; if its pages then cannot be had, it stays marked.
 */
import {
  Errno,
  hasVmFlag,
  Mcl,
  Mlock,
  pageAlignDown,
  pageAlignUp,
  pagesBetween,
  TASK_SIZE,
  VmFlag,
  withoutVmFlag,
} from "@forkpath/abi";
import { type KernelThread, writing } from "@forkpath/sync";
import { withGuardsOf } from "../area/flags.ts";
import { findVma, vmasWithin } from "../area/list.ts";
import { mergeOrIsolate } from "../area/split.ts";
import { makePagesPresent, mlockPagesPresent } from "../fault/populate.ts";
import { expectRange } from "../machine/expect-range.ts";
import { canDoMlock, mayLock, mayLockAll, NO_LIMITS } from "../machine/limits.ts";
import { stopAtMemory } from "../machine/memory-stop.ts";
import { refuseHole } from "../machine/refuse.ts";
import { munlockPages } from "../reclaim/mlock-page.ts";
import type { LockKind, MmEnv, MmLimits, MmStruct, Vma } from "../types.ts";

/** Areas of a driver: their pages are there, and stay. */
const NEVER_LOCKED: number = VmFlag.IO | VmFlag.PFNMAP;
/** Areas that are filled, but not marked and not counted. */
const ONLY_FILLED: number = VmFlag.DONTEXPAND | VmFlag.RESERVED;

/** How memory is locked, and for whom: the caller's limits hold, and the faults are its. */
interface Locking {
  readonly kind: LockKind;
  readonly limits: MmLimits;
}

/** Bytes, page-aligned. */
interface PageRange {
  readonly start: number;
  readonly end: number;
}

/**
 * @param start first byte
 * @param len bytes; every page with a byte of the range is locked
 * @returns 0; -EPERM; -ENOMEM over the limit, for a hole or a page past its file; -EAGAIN when
 *   memory is short; -EINVAL
 * @throws RangeError or TypeError unless both are non-negative integers
 * @kernel sys_mlock in mm/mlock.c
 */
export function* sysMlock(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  len: number,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  const range = pageRange("sysMlock", start, len);
  return yield* mlockRange(env, mm, range, { kind: "lock", limits });
}

/**
 * mlock, or with Mlock.ONFAULT: pages are locked when they come, and none is brought.
 * @returns as sysMlock; -EINVAL for other flags; -ENOSYS on a kernel without it
 * @throws RangeError or TypeError unless all are non-negative integers
 * @kernel sys_mlock2 in mm/mlock.c
 */
export function* sysMlock2(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  len: number,
  flags: number,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  const range = pageRange("sysMlock2", start, len);
  if (!env.rules.lockKinds.includes("lock on fault")) return -Errno.ENOSYS;
  if ((flags & ~Mlock.ONFAULT) !== 0) return -Errno.EINVAL;
  const kind = flags & Mlock.ONFAULT ? "lock on fault" : "lock";
  return yield* mlockRange(env, mm, range, { kind, limits });
}

/** @kernel do_mlock in mm/mlock.c */
function* mlockRange(
  env: MmEnv,
  mm: MmStruct,
  range: PageRange,
  lock: Locking,
): KernelThread<number> {
  if (!canDoMlock(env.sync, lock.limits)) return -Errno.EPERM;
  return yield* writing(env.sync, mm.mmapSem, "sys_mlock", lockIfWithin(env, mm, range, lock));
}

/**
 * @param start first byte
 * @param len bytes; every page with a byte of the range is unlocked
 * @returns 0; -ENOMEM for a hole, or when an area cannot be split; -EINVAL
 * @throws RangeError or TypeError unless both are non-negative integers
 * @kernel sys_munlock in mm/mlock.c
 */
export function sysMunlock(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  len: number,
): KernelThread<number> {
  const range = pageRange("sysMunlock", start, len);
  const unlock = lockAreas(env, mm, range, null);
  return writing(env.sync, mm.mmapSem, "sys_munlock", unlock);
}

/**
 * Locks all areas there are (Mcl.CURRENT), all that will be (FUTURE), or both.
 * @returns 0; -EINVAL; -EPERM; -ENOMEM over the limit. Areas that cannot be locked are passed over
 * @kernel sys_mlockall in mm/mlock.c
 */
export function* sysMlockall(
  env: MmEnv,
  mm: MmStruct,
  flags: number,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  if (flags === 0 || (flags & ~(Mcl.CURRENT | Mcl.FUTURE)) !== 0) return -Errno.EINVAL;
  if (!canDoMlock(env.sync, limits)) return -Errno.EPERM;
  return yield* writing(env.sync, mm.mmapSem, "sys_mlockall", lockAll(env, mm, flags, limits));
}

/** @kernel sys_munlockall in mm/mlock.c */
export const sysMunlockall = (env: MmEnv, mm: MmStruct): KernelThread<number> =>
  writing(env.sync, mm.mmapSem, "sys_munlockall", doMlockall(env, mm, 0, NO_LIMITS));

function* lockAll(env: MmEnv, mm: MmStruct, flags: number, limits: MmLimits): KernelThread<number> {
  const isCurrent = (flags & Mcl.CURRENT) !== 0;
  if (isCurrent && !mayLockAll(env.sync, mm, limits)) return -Errno.ENOMEM;
  return yield* doMlockall(env, mm, flags, limits);
}

/** @kernel do_mlockall in mm/mlock.c */
function* doMlockall(env: MmEnv, mm: MmStruct, flags: number, limits: MmLimits): KernelThread<0> {
  mm.defFlags &= ~VmFlag.LOCKED;
  if (flags & Mcl.FUTURE) mm.defFlags |= VmFlag.LOCKED;
  if (flags === Mcl.FUTURE) return 0;
  const isLock = (flags & Mcl.CURRENT) !== 0;
  for (let vma = findVma(mm, 0); vma !== undefined; ) {
    const { end } = vma;
    yield* mlockFixup(env, vma, vma.start, end, isLock ? { kind: "lock", limits } : null);
    vma = findVma(mm, end);
  }
  if (isLock && env.rules.lockFills === "at the end") {
    yield* fillAreas(env, mm, { start: 0, end: TASK_SIZE }, limits, true);
  }
  return 0;
}

function* lockIfWithin(
  env: MmEnv,
  mm: MmStruct,
  range: PageRange,
  lock: Locking,
): KernelThread<number> {
  const pages = env.rules.lockAdds.underLimit(mm, range.start, range.end);
  if (!mayLock(env.sync, mm, pages, lock.limits)) return -Errno.ENOMEM;
  const status = yield* lockAreas(env, mm, range, lock);
  if (status !== 0 || env.rules.lockFills === "each area") return status;
  return yield* fillAreas(env, mm, range, lock.limits);
}

/** @param lock null to unlock. @kernel apply_vma_lock_flags in mm/mlock.c */
function* lockAreas(
  env: MmEnv,
  mm: MmStruct,
  { start, end }: PageRange,
  lock: Locking | null,
): KernelThread<number> {
  let vma = findVma(mm, start);
  for (let at = start; at < end; ) {
    if (vma === undefined || vma.start > at) return refuseHole(env, at);
    const next = Math.min(vma.end, end);
    const status = yield* mlockFixup(env, vma, at, next, lock);
    if (status !== 0) return status;
    vma = findVma(mm, next);
    at = next;
  }
  return 0;
}

/** Brings the pages of areas that are marked by now. @kernel __mm_populate in mm/gup.c */
function* fillAreas(
  env: MmEnv,
  mm: MmStruct,
  { start, end }: PageRange,
  limits: MmLimits,
  ignoresErrors = false,
): KernelThread<number> {
  for (const vma of vmasWithin(mm, start, end)) {
    if (vma.flags & NEVER_LOCKED || hasVmFlag(vma.flags, VmFlag.LOCKONFAULT)) continue;
    const [first, last] = [Math.max(start, vma.start), Math.min(end, vma.end)];
    const status = yield* mlockPagesPresent(env, vma, first, last, limits);
    if (status !== 0 && !ignoresErrors) return status;
  }
  return 0;
}

/** @param lock null to unlock. @kernel mlock_fixup in mm/mlock.c */
function* mlockFixup(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
  lock: Locking | null,
): KernelThread<number> {
  const { rules } = env;
  const { mm, flags: oldFlags } = vma;
  const flags = rules.lockedFlags(oldFlags, lock?.kind ?? "unlock");
  const fillsNow = lock !== null && rules.lockFills === "each area";
  if (flags === oldFlags || oldFlags & NEVER_LOCKED) return 0;
  if (oldFlags & ONLY_FILLED) {
    if (fillsNow) yield* makePagesPresent(env, vma, start, end, lock.limits);
    return 0;
  }
  const area = yield* mergeOrIsolate(env, vma, start, end, flags);
  if (area === null) return -Errno.ENOMEM;
  yield* stopAtMemory(env); // unmapping looks without mmap_sem
  area.flags = withGuardsOf(flags, area.flags);
  const pages = pagesBetween(start, end);
  if (lock === null) mm.lockedVm -= pages;
  else if (rules.lockAdds.isCounted(oldFlags)) mm.lockedVm += pages;
  if (fillsNow) return yield* mlockPagesPresent(env, area, start, end, lock.limits);
  if (lock === null) yield* munlockPages(env, area, start, end);
  return 0;
}

/**
 * Fills [start, end), which is new in a VM_LOCKED area; that a page cannot be had stays hidden. An
 * area of a driver loses the flag instead.
 * @returns whether the pages count as locked; counting them is the caller's part
 * @kernel mlock_vma_pages_range in mm/mlock.c
 */
export function* mlockVmaPagesRange(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
  limits: MmLimits,
): KernelThread<boolean> {
  if (vma.flags & (NEVER_LOCKED | ONLY_FILLED)) {
    if ((vma.flags & NEVER_LOCKED) === 0) yield* makePagesPresent(env, vma, start, end, limits);
    vma.flags = withoutVmFlag(vma.flags, VmFlag.LOCKED);
    return false;
  }
  if (!hasVmFlag(vma.flags, VmFlag.LOCKONFAULT)) {
    yield* mlockPagesPresent(env, vma, start, end, limits);
  }
  return true;
}

/** The whole pages around [start, start + len). */
function pageRange(where: string, start: number, len: number): PageRange {
  expectRange(where, start, len);
  return {
    start: pageAlignDown(start),
    end: len === 0 ? pageAlignDown(start) : pageAlignUp(start + len),
  };
}
