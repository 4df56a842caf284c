/**
 * mlock and its like: areas whose pages stay in memory, and are brought there now (SPEC §5.11).
 *
 * An area is marked and counted first; if its pages then cannot be had, it stays marked.
 */
import {
  Errno,
  expectInteger,
  Mcl,
  PAGE_SIZE,
  pageAlignDown,
  pageAlignUp,
  pagesBetween,
  VmFlag,
  withoutVmFlag,
} from "@forkpath/abi";
import { type KernelThread, writing } from "@forkpath/sync";
import { findVma } from "../area/list.ts";
import { mergeOrIsolate } from "../area/split.ts";
import { makePagesPresent, mlockPagesPresent } from "../fault/populate.ts";
import { canDoMlock, mayLock, NO_LIMITS } from "../machine/limits.ts";
import { munlockPages } from "../reclaim/mlock-page.ts";
import type { MmEnv, MmLimits, MmStruct, Vma } from "../types.ts";

/** Areas of a driver: their pages are there, and stay. */
const NEVER_LOCKED: number = VmFlag.IO | VmFlag.PFNMAP;
/** Areas that are filled, but not marked and not counted. */
const ONLY_FILLED: number = VmFlag.DONTEXPAND | VmFlag.RESERVED;

/** Bytes, page-aligned. */
interface PageRange {
  readonly start: number;
  readonly end: number;
}

/**
 * @param start,len bytes; every page with a byte of the range is locked
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
  if (!canDoMlock(limits)) return -Errno.EPERM;
  return yield* writing(env.sync, mm.mmapSem, "sys_mlock", lockIfWithin(env, mm, range, limits));
}

/**
 * @param start,len bytes; every page with a byte of the range is unlocked
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
  if (!canDoMlock(limits)) return -Errno.EPERM;
  return yield* writing(env.sync, mm.mmapSem, "sys_mlockall", lockAll(env, mm, flags, limits));
}

/** @kernel sys_munlockall in mm/mlock.c */
export const sysMunlockall = (env: MmEnv, mm: MmStruct): KernelThread<number> =>
  writing(env.sync, mm.mmapSem, "sys_munlockall", doMlockall(env, mm, 0, NO_LIMITS));

function* lockAll(env: MmEnv, mm: MmStruct, flags: number, limits: MmLimits): KernelThread<number> {
  const isCurrent = (flags & Mcl.CURRENT) !== 0;
  const isWithin = !isCurrent || mm.usage.totalVm * PAGE_SIZE <= limits.memlock;
  if (!isWithin && !limits.mayLockAll) return -Errno.ENOMEM;
  return yield* doMlockall(env, mm, flags, limits);
}

/** @kernel do_mlockall in mm/mlock.c */
function* doMlockall(env: MmEnv, mm: MmStruct, flags: number, limits: MmLimits): KernelThread<0> {
  mm.defFlags = flags & Mcl.FUTURE ? VmFlag.LOCKED : 0;
  if (flags === Mcl.FUTURE) return 0;
  const isLock = (flags & Mcl.CURRENT) !== 0;
  for (let vma = findVma(mm, 0); vma !== undefined; ) {
    const { end } = vma;
    yield* mlockFixup(env, vma, vma.start, end, isLock ? limits : null);
    vma = findVma(mm, end);
  }
  return 0;
}

function* lockIfWithin(
  env: MmEnv,
  mm: MmStruct,
  range: PageRange,
  limits: MmLimits,
): KernelThread<number> {
  if (!mayLock(mm, pagesBetween(range.start, range.end), limits)) return -Errno.ENOMEM;
  return yield* lockAreas(env, mm, range, limits);
}

/** @param limits of the caller who locks; null to unlock. @kernel do_mlock in mm/mlock.c */
function* lockAreas(
  env: MmEnv,
  mm: MmStruct,
  { start, end }: PageRange,
  limits: MmLimits | null,
): KernelThread<number> {
  let vma = findVma(mm, start);
  for (let at = start; at < end; ) {
    if (vma === undefined || vma.start > at) return -Errno.ENOMEM;
    const next = Math.min(vma.end, end);
    const status = yield* mlockFixup(env, vma, at, next, limits);
    if (status !== 0) return status;
    vma = findVma(mm, next);
    at = next;
  }
  return 0;
}

/** @param limits of the caller who locks; null to unlock. @kernel mlock_fixup in mm/mlock.c */
function* mlockFixup(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
  limits: MmLimits | null,
): KernelThread<number> {
  const { mm } = vma;
  const isLock = limits !== null;
  const flags = lockedFlags(vma.flags, isLock);
  if (flags === vma.flags || vma.flags & NEVER_LOCKED) return 0;
  if (vma.flags & ONLY_FILLED) {
    if (isLock) yield* makePagesPresent(env, vma, start, end, limits);
    return 0;
  }
  const area = yield* mergeOrIsolate(env, vma, start, end, flags);
  if (area === null) return -Errno.ENOMEM;
  if (env.sync.interleaved) yield env.ptePoint; // unmapping looks without mmap_sem
  area.flags = flags;
  const pages = pagesBetween(start, end);
  mm.lockedVm += isLock ? pages : -pages;
  if (isLock) return yield* mlockPagesPresent(env, area, start, end, limits);
  yield* munlockPages(env, area, start, end);
  return 0;
}

/**
 * The word is kept in 32 bits on its way, and HUGEPAGE is bit 32: the advice is lost, and such an
 * area is taken for one that changes even where it does not (D44, advice lost in mlock).
 * @kernel newflags in do_mlock, do_mlockall and mlock_fixup
 */
const lockedFlags = (flags: number, isLock: boolean): number =>
  (isLock ? flags | VmFlag.LOCKED : flags & ~VmFlag.LOCKED) >>> 0;

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
  yield* mlockPagesPresent(env, vma, start, end, limits);
  return true;
}

/** The whole pages around [start, start + len). */
function pageRange(where: string, start: number, len: number): PageRange {
  expectInteger(where, "start", start, 0, 2 ** 52);
  expectInteger(where, "len", len, 0, 2 ** 52);
  return {
    start: pageAlignDown(start),
    end: len === 0 ? pageAlignDown(start) : pageAlignUp(start + len),
  };
}
