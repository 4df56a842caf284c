/**
 * brk: the heap, an anonymous area right above the program's data that grows and shrinks.
 *
 * Growing raises total_vm and nothing else: the heap shows as data because it is neither shared
 * nor stack (SPEC §5.10/4).
 */
import { Errno, expectInteger, MapFlag, PAGE_SIZE, pageAlignUp, VmFlag } from "@forkpath/abi";
import { type KernelThread, PointKind, type Sync, stopAt, writing } from "@forkpath/sync";
import { VM_DATA_DEFAULT_FLAGS } from "../area/flags.ts";
import { allocVma, createVma, findVmaIntersection, linkVma } from "../area/list.ts";
import { NO_LINKS, vmaMerge } from "../area/merge.ts";
import { getUnmappedArea } from "../area/unmapped-area.ts";
import { breakPoint } from "../machine/break-point.ts";
import { vmEnoughMemory } from "../machine/commit.ts";
import { stopToPromise, vmUnacctSteps } from "../machine/commit-point.ts";
import { mayExpandVm, mayHaveAreas, mayLock, NO_LIMITS, refuseBeyond } from "../machine/limits.ts";
import { addTotalVm, vmStatAccount } from "../machine/vm-stat.ts";
import type { MmEnv, MmLimits, MmStruct, Vma } from "../types.ts";
import { mlockVmaPagesRange } from "./mlock.ts";
import { doMunmap } from "./munmap.ts";

/**
 * Moves the end of the heap to the byte `brk`, if that can be done.
 * @returns where the heap ends now, in bytes: `brk`, or the old end; never an errno
 * @throws RangeError or TypeError unless `brk` is a non-negative integer
 * @kernel sys_brk in mm/mmap.c
 */
export function sysBrk(
  env: MmEnv,
  mm: MmStruct,
  brk: number,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  expectInteger("sysBrk", "brk", brk, 0, 2 ** 52);
  return writing(env.sync, mm.mmapSem, "sys_brk", setBreak(env, mm, brk, limits));
}

function* setBreak(env: MmEnv, mm: MmStruct, brk: number, limits: MmLimits): KernelThread<number> {
  if (!isWithinData(env.sync, mm, brk, limits)) return mm.layout.brk;
  if (yield* moveBreak(env, mm, brk, limits)) {
    if (env.sync.interleaved) yield* stopAt(env.sync, breakPoint(mm, PointKind.STORE));
    mm.layout.brk = brk;
  }
  return mm.layout.brk;
}

function isWithinData(sync: Sync, { layout }: MmStruct, brk: number, limits: MmLimits): boolean {
  const { startBrk, startData, endData } = layout;
  if (brk < startBrk) return false;
  const data = endData - startData;
  if (brk - startBrk + data <= limits.data) return true;
  const used = (layout.brk - startBrk + data) / PAGE_SIZE;
  const asked = (brk - layout.brk) / PAGE_SIZE;
  return refuseBeyond(sync, "RLIMIT_DATA", used, asked, limits.data);
}

/** Maps or unmaps the pages between the old end and `brk`. @returns whether that worked */
function* moveBreak(
  env: MmEnv,
  mm: MmStruct,
  brk: number,
  limits: MmLimits,
): KernelThread<boolean> {
  const newEnd: number = pageAlignUp(brk);
  const oldEnd: number = pageAlignUp(mm.layout.brk);
  if (newEnd === oldEnd) return true;
  if (newEnd < oldEnd) {
    if (!env.rules.shrinksHeap(mm, newEnd, oldEnd)) return false;
    return (yield* doMunmap(env, mm, newEnd, oldEnd - newEnd)) === 0;
  }
  // One page stays free between the heap and what lies above it.
  if (findVmaIntersection(mm, oldEnd, newEnd + PAGE_SIZE) !== undefined) return false;
  return (yield* doBrk(env, mm, oldEnd, newEnd - oldEnd, limits)) === oldEnd;
}

/**
 * Maps `len` bytes of zeroes at `addr`, in place of what is there. Requires mmap_sem held for
 * writing.
 * @returns `addr`; -EINVAL, -EAGAIN or -ENOMEM
 * @throws RangeError or TypeError unless both are non-negative integers
 * @kernel do_brk in mm/mmap.c
 */
export function* doBrk(
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  len: number,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  expectInteger("doBrk", "addr", addr, 0, 2 ** 52);
  expectInteger("doBrk", "len", len, 0, 2 ** 52);
  const size: number = pageAlignUp(len);
  if (size === 0) return addr;
  if (getUnmappedArea(mm, addr, size, MapFlag.FIXED) < 0) return -Errno.EINVAL;
  const pages = size / PAGE_SIZE;
  if (mm.defFlags & VmFlag.LOCKED && !mayLock(env.sync, mm, pages, limits)) return -Errno.EAGAIN;
  if (findVmaIntersection(mm, addr, addr + size) !== undefined) {
    if ((yield* doMunmap(env, mm, addr, size)) !== 0) return -Errno.ENOMEM;
  }
  yield* stopToPromise(env, mm, pages, limits.isAdmin);
  if (chargeData(env, mm, pages, limits) !== 0) return -Errno.ENOMEM;
  const vma = yield* dataArea(env, mm, addr, addr + size);
  if (vma === null) {
    yield* vmUnacctSteps(env, pages);
    return -Errno.ENOMEM;
  }
  yield* addTotalVm(env.sync, mm, pages);
  yield* vmStatAccount(env, mm, vma.flags, false, pages);
  if (vma.flags & VmFlag.LOCKED) {
    const isCounted = yield* mlockVmaPagesRange(env, vma, addr, addr + size, limits);
    if (isCounted) mm.lockedVm += pages;
  }
  return addr;
}

/** Charges `pages`, if so many more are within the limits. @returns 0 or -ENOMEM */
function chargeData(env: MmEnv, mm: MmStruct, pages: number, limits: MmLimits): number {
  if (!mayExpandVm(env, mm, VM_DATA_DEFAULT_FLAGS, pages, limits)) return -Errno.ENOMEM;
  if (!mayHaveAreas(env, mm, 0)) return -Errno.ENOMEM;
  return vmEnoughMemory(env, mm, pages, limits.isAdmin);
}

/** A neighbour that takes the range in, or a new area; null when memory is short. */
function* dataArea(env: MmEnv, mm: MmStruct, start: number, end: number): KernelThread<Vma | null> {
  const flags = VM_DATA_DEFAULT_FLAGS + VmFlag.ACCOUNT + mm.defFlags + env.rules.softDirty;
  const range = { start, end, flags, pgoff: start / PAGE_SIZE, file: null };
  const isApart = start === mm.layout.startBrk && env.rules.heapStart === "apart";
  const merged = isApart ? null : yield* vmaMerge(env, mm, { ...range, links: NO_LINKS });
  if (merged !== null) return merged;
  if (!(yield* allocVma(env))) return null;
  const vma = createVma(mm, range);
  yield* linkVma(env, vma);
  return vma;
}
