/**
 * mremap: makes a mapping shorter or longer, where it is if possible, else somewhere else.
 *
 *    shorter                        its tail is unmapped
 *    longer, free space behind      its end moves
 *    longer, else, with MAYMOVE     it moves: see call/move-vma.ts
 *    with FIXED                     it moves to the address given
 */
import {
  Errno,
  expectInteger,
  Mremap,
  PAGE_SIZE,
  pageAlignUp,
  pagesBetween,
  TASK_SIZE,
  VmFlag,
} from "@forkpath/abi";
import { type KernelThread, writing } from "@forkpath/sync";
import { growVma } from "../area/adjust.ts";
import { VM_SPECIAL } from "../area/flags.ts";
import { findVma, findVmaIntersection, vmasWithin } from "../area/list.ts";
import { vmaMerge } from "../area/merge.ts";
import { getUnmappedArea } from "../area/unmapped-area.ts";
import { vmEnoughSteps, vmUnacctSteps } from "../machine/commit-point.ts";
import { mayExpandVm, mayLock, NO_LIMITS } from "../machine/limits.ts";
import { refuseAddresses } from "../machine/refuse.ts";
import { addTotalVm, vmStatAccount } from "../machine/vm-stat.ts";
import type { MmEnv, MmLimits, MmStruct, Vma } from "../types.ts";
import { mlockVmaPagesRange } from "./mlock.ts";
import { type Move, moveVma } from "./move-vma.ts";
import { doMunmap } from "./munmap.ts";

/** Arguments of mremap(2). */
export interface MremapRequest {
  /** Bytes. */
  readonly addr: number;
  /** Bytes that are mapped there now. */
  readonly oldLen: number;
  /** Bytes that should be. */
  readonly newLen: number;
  /** Mremap bits. */
  readonly flags: number;
  /** With Mremap.FIXED: where to, in bytes. */
  readonly newAddr?: number;
}

/** Areas that are as long as their driver made them. */
const NEVER_LONGER: number = VmFlag.DONTEXPAND | VmFlag.PFNMAP;

/**
 * @returns the address in bytes; -EINVAL; -EFAULT when the range is not one area, or may not be
 *   promised; -EAGAIN over RLIMIT_MEMLOCK; -ENOMEM
 * @throws RangeError or TypeError unless the numbers of the request are non-negative integers
 * @kernel sys_mremap in mm/mremap.c
 */
export function sysMremap(
  env: MmEnv,
  mm: MmStruct,
  request: MremapRequest,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  const { addr, oldLen, newLen, flags, newAddr = 0 } = request;
  for (const [name, value] of Object.entries({ addr, oldLen, newLen, flags, newAddr })) {
    expectInteger("sysMremap", name, value, 0, 2 ** 52);
  }
  return writing(env.sync, mm.mmapSem, "sys_mremap", doMremap(env, mm, request, limits));
}

/** @kernel do_mremap in mm/mremap.c */
function* doMremap(
  env: MmEnv,
  mm: MmStruct,
  request: MremapRequest,
  limits: MmLimits,
): KernelThread<number> {
  const { addr, flags, newAddr = 0 } = request;
  const oldLen: number = pageAlignUp(request.oldLen);
  const newLen: number = pageAlignUp(request.newLen);
  const stays = (flags & Mremap.DONTUNMAP) !== 0;
  if ((flags & ~env.rules.mremap.flags) !== 0) return -Errno.EINVAL;
  if (addr % PAGE_SIZE !== 0 || newLen === 0) return -Errno.EINVAL;
  if (stays && oldLen !== newLen) return -Errno.EINVAL;
  const isMove = (flags & (Mremap.FIXED | Mremap.DONTUNMAP)) !== 0;
  if (isMove && (flags & Mremap.MAYMOVE) === 0) return -Errno.EINVAL;
  const move = { addr, oldLen, newAddr, newLen, stays };
  const { areas, needsStart } = env.rules.mremap;
  // One that moves several areas looks at the place before it looks at any of them.
  if (areas === "several" && !isPossible(move, flags)) return -Errno.EINVAL;
  const isThere = findVmaIntersection(mm, addr, addr + PAGE_SIZE) !== undefined;
  if (needsStart && !isThere) return -Errno.EFAULT;
  if (isMove) {
    if ((flags & Mremap.FIXED) === 0) return yield* moveAnywhere(env, mm, move, limits);
    const movesAreas = oldLen === newLen && areas === "several";
    return yield* movesAreas ? remapMove(env, mm, move, limits) : mremapTo(env, mm, move, limits);
  }
  if (oldLen >= newLen) {
    const status = oldLen === newLen ? 0 : yield* doMunmap(env, mm, addr + newLen, oldLen - newLen);
    return status === 0 ? addr : status;
  }
  const vma = yield* vmaToResize(env, mm, move, limits);
  if (typeof vma === "number") return vma;
  const moved = yield* expandOrMove(env, vma, move, flags, limits);
  if (moved < 0) yield* vmUnacctSteps(env, chargeOf(vma, move));
  return moved;
}

const isPossible = (move: Move, flags: number): boolean =>
  flags & Mremap.FIXED ? isPlace(move) : move.newLen <= TASK_SIZE;

/** May the range go there, whatever is mapped? */
function isPlace({ addr, oldLen, newAddr, newLen }: Move): boolean {
  if (newAddr % PAGE_SIZE !== 0) return false;
  if (newLen > TASK_SIZE || newAddr > TASK_SIZE - newLen) return false;
  return newAddr + newLen <= addr || addr + oldLen <= newAddr;
}

/** What has to be promised: the growth; or all of a copy whose original stays. Pages. */
const chargeOf = ({ flags }: Vma, { oldLen, newLen, stays }: Move): number =>
  flags & VmFlag.ACCOUNT ? (stays ? newLen : newLen - oldLen) / PAGE_SIZE : 0;

/** @returns the address in bytes, or a negative errno */
function* moveAnywhere(
  env: MmEnv,
  mm: MmStruct,
  move: Move,
  limits: MmLimits,
): KernelThread<number> {
  const newAddr = getUnmappedArea(mm, 0, move.newLen, 0);
  return newAddr < 0 ? newAddr : yield* mremapTo(env, mm, { ...move, newAddr }, limits);
}

/**
 * Moves all areas of the range, each with its distance to the first; holes stay holes. What has
 * moved before one that cannot stays moved.
 * @returns the address in bytes, or what keeps an area from being moved
 * @kernel remap_move in mm/mremap.c
 */
function* remapMove(env: MmEnv, mm: MmStruct, move: Move, limits: MmLimits): KernelThread<number> {
  const { addr, oldLen, newAddr } = move;
  for (const { start, end } of vmasWithin(mm, addr, addr + oldLen).map(bordersOf)) {
    const from = Math.max(addr, start);
    const len = Math.min(addr + oldLen, end) - from;
    const part = { ...move, addr: from, oldLen: len, newAddr: newAddr + from - addr, newLen: len };
    const moved = yield* mremapTo(env, mm, part, limits);
    if (moved < 0) return moved;
  }
  return newAddr;
}

/** By value: the areas change while they move. */
const bordersOf = ({ start, end }: Vma): { start: number; end: number } => ({ start, end });

/**
 * Later releases ask whether it may be before they unmap anything.
 * @kernel mremap_to in mm/mremap.c
 */
function* mremapTo(env: MmEnv, mm: MmStruct, asked: Move, limits: MmLimits): KernelThread<number> {
  if (!isPlace(asked)) return -Errno.EINVAL;
  const { addr, oldLen, newAddr, newLen } = asked;
  const move = { ...asked, oldLen: Math.min(oldLen, newLen) };
  if (env.rules.mremap.areas === "several") {
    const found = findResizable(env, mm, move, limits);
    if (typeof found === "number") return found;
  }
  const cleared = yield* doMunmap(env, mm, newAddr, newLen);
  if (cleared !== 0) return cleared;
  if (oldLen > newLen) {
    const status = yield* doMunmap(env, mm, addr + newLen, oldLen - newLen);
    if (status !== 0) return status;
  }
  const vma = yield* vmaToResize(env, mm, move, limits);
  if (typeof vma === "number") return vma;
  // What stays counts beside what moves, though none of it becomes longer.
  const mayStay = !asked.stays || mayExpandVm(env, mm, vma.flags, newLen / PAGE_SIZE, limits);
  const moved = mayStay ? yield* moveVma(env, vma, move, limits) : -Errno.ENOMEM;
  if (moved < 0) yield* vmUnacctSteps(env, chargeOf(vma, move));
  return moved;
}

/**
 * The area, if it may become as long as wanted; what it grows by is charged.
 * @returns the area; -EFAULT, -EAGAIN or -ENOMEM
 * @kernel vma_to_resize in mm/mremap.c
 */
function* vmaToResize(
  env: MmEnv,
  mm: MmStruct,
  move: Move,
  limits: MmLimits,
): KernelThread<Vma | number> {
  const vma = findResizable(env, mm, move, limits);
  if (typeof vma === "number" || (vma.flags & VmFlag.ACCOUNT) === 0) return vma;
  const charged = yield* vmEnoughSteps(env, mm, chargeOf(vma, move), limits.isAdmin, vma);
  return charged === 0 ? vma : -Errno.EFAULT;
}

/** @kernel check_prep_vma in mm/mremap.c */
function findResizable(env: MmEnv, mm: MmStruct, move: Move, limits: MmLimits): Vma | number {
  const { addr, oldLen, newLen } = move;
  const vma = findVma(mm, addr);
  if (vma === undefined || vma.start > addr) return -Errno.EFAULT;
  if (move.stays && !env.rules.mremap.mayStay(vma)) return -Errno.EINVAL;
  if (oldLen > vma.end - addr) return -Errno.EFAULT;
  if (vma.flags & NEVER_LONGER && newLen > oldLen) return -Errno.EFAULT;
  const pages = Math.max(0, pagesBetween(oldLen, newLen));
  if (pages === 0 && !env.rules.mremap.asksSameLength) return vma;
  if (vma.flags & VmFlag.LOCKED && !mayLock(env.sync, mm, pages, limits)) return -Errno.EAGAIN;
  return mayExpandVm(env, mm, vma.flags, pages, limits) ? vma : -Errno.ENOMEM;
}

/** @returns the address in bytes, or -ENOMEM */
function* expandOrMove(
  env: MmEnv,
  vma: Vma,
  move: Move,
  flags: number,
  limits: MmLimits,
): KernelThread<number> {
  const { addr, oldLen, newLen } = move;
  if (addr + oldLen === vma.end && isExpandable(vma, addr + newLen)) {
    const status = yield* expandInPlace(env, vma, addr + newLen, limits);
    return status === 0 ? addr : status;
  }
  if ((flags & Mremap.MAYMOVE) === 0) return refuseAddresses(env, newLen - oldLen);
  const newAddr = getUnmappedArea(vma.mm, 0, newLen, 0);
  return newAddr < 0
    ? refuseAddresses(env, newLen)
    : yield* moveVma(env, vma, { ...move, newAddr }, limits);
}

/** @kernel vma_expandable in mm/mremap.c */
const isExpandable = ({ mm, end }: Vma, newEnd: number): boolean =>
  newEnd <= TASK_SIZE && findVmaIntersection(mm, end, newEnd) === undefined;

/** @returns 0 or -ENOMEM */
function* expandInPlace(env: MmEnv, vma: Vma, end: number, limits: MmLimits): KernelThread<number> {
  const { mm, end: oldEnd, flags, file } = vma;
  const pages = pagesBetween(oldEnd, end);
  const pgoff = vma.pgoff + pagesBetween(vma.start, oldEnd);
  if (env.rules.mremap.growthMerges && (flags & VM_SPECIAL) === 0) {
    const more = { start: oldEnd, end, flags, pgoff, file, links: vma };
    if ((yield* vmaMerge(env, mm, more)) === null) return -Errno.ENOMEM;
  } else {
    yield* growVma(env, vma, vma.start, end);
  }
  yield* addTotalVm(env.sync, mm, pages);
  yield* vmStatAccount(env, mm, vma.flags, vma.file !== null, pages);
  if ((vma.flags & VmFlag.LOCKED) === 0) return 0;
  mm.lockedVm += pages;
  yield* mlockVmaPagesRange(env, vma, oldEnd, end, limits);
  return 0;
}
