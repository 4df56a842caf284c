/**
 * mmap, second half: clears the range, charges it, and makes the area (SPEC §5.12/1).
 *
 *    unmap what is there ─ RLIMIT_AS ─ charge ─ merge, or: new area ─ file or shmem ─ link
 *
 * Whatever fails is undone, except for the unmapping. Later releases ask before they unmap.
 */
import { Errno, MapFlag, pagesBetween, VmFlag, withoutVmFlag, withVmFlag } from "@forkpath/abi";
import type { KernelThread } from "@forkpath/sync";
import { isAccountableMapping, protectForWritenotify } from "../area/flags.ts";
import {
  allocVma,
  createVma,
  findVmaIntersection,
  linkVma,
  vmaPages,
  vmasWithin,
} from "../area/list.ts";
import { NO_LINKS, vmaMerge } from "../area/merge.ts";
import { filemapVmOps } from "../fault/filemap.ts";
import { makePagesPresent } from "../fault/populate.ts";
import { vmEnoughSteps, vmUnacctSteps } from "../machine/commit-point.ts";
import { mayExpandVm } from "../machine/limits.ts";
import { addTotalVm, vmStatAccount } from "../machine/vm-stat.ts";
import { countExeFileVma, getFile, putFile, shmemFileSetup } from "../page/file-refs.ts";
import {
  type MappedFile,
  type MmEnv,
  type MmLimits,
  type MmStruct,
  Overcommit,
  type Vma,
} from "../types.ts";
import { unmapRegion } from "../zap/unmap-region.ts";
import { mlockVmaPagesRange } from "./mlock.ts";
import { doMunmap, splitAround } from "./munmap.ts";

/** What doMmap has settled. */
export interface NewRegion {
  /** Bytes, page-aligned. */
  readonly start: number;
  readonly end: number;
  readonly flags: number;
  readonly mapFlags: number;
  readonly file: MappedFile | null;
  readonly pgoff: number;
}

/**
 * Maps the region. Requires mmap_sem held for writing.
 * @returns its address in bytes, or a negative errno
 * @kernel mmap_region in mm/mmap.c
 */
export function* mmapRegion(
  env: MmEnv,
  mm: MmStruct,
  limits: MmLimits,
  asked: NewRegion,
): KernelThread<number> {
  const { start, end } = asked;
  const pages = pagesBetween(start, end);
  const region = { ...asked, flags: reserveFlags(env, asked) };
  if ((yield* makeRoom(env, mm, limits, region)) !== 0) return -Errno.ENOMEM;
  const merged = yield* vmaMerge(env, mm, { ...region, links: NO_LINKS });
  const vma = merged ?? (yield* newArea(env, mm, limits, region));
  if (typeof vma === "number") return vma;
  yield* addTotalVm(env.sync, mm, pages);
  yield* vmStatAccount(env, mm, vma.flags, vma.file !== null, pages);
  yield* fillRegion(env, vma, region, limits);
  return start;
}

/**
 * Unmaps what is in the way, and charges what has to be promised; limits are asked of both.
 * @returns 0 or -ENOMEM
 */
function* makeRoom(
  env: MmEnv,
  mm: MmStruct,
  limits: MmLimits,
  region: NewRegion,
): KernelThread<number> {
  const { start, end, flags } = region;
  const pages = pagesBetween(start, end);
  const order = env.rules.mapsOver;
  const isTaken = findVmaIntersection(mm, start, end) !== undefined;
  const unmap = (): KernelThread<number> => doMunmap(env, mm, start, end - start);
  if (isTaken && order === "unmaps first" && (yield* unmap()) !== 0) return -Errno.ENOMEM;
  if (order === "asks all first" && (yield* splitAround(env, mm, start, end)) !== 0) {
    return -Errno.ENOMEM;
  }
  const { mapped, promised } = isTaken ? pagesWithin(mm, start, end) : NO_PAGES;
  if (!mayExpandVm(env, mm, flags, pages - mapped, limits)) return -Errno.ENOMEM;
  if (isTaken && order === "asks limits first" && (yield* unmap()) !== 0) return -Errno.ENOMEM;
  const isLast = isTaken && order === "asks all first";
  const kept = isLast && flags & VmFlag.ACCOUNT ? promised : 0;
  const charged = flags & VmFlag.ACCOUNT ? pages - kept : 0;
  if (charged > 0 && (yield* vmEnoughSteps(env, mm, charged, limits.isAdmin, region)) !== 0) {
    return -Errno.ENOMEM;
  }
  if (!isLast) return 0;
  const status = yield* unmap();
  // What those areas had promised is the new one's.
  if (kept > 0) yield* vmUnacctSteps(env, -kept);
  return status;
}

const NO_PAGES = { mapped: 0, promised: 0 } as const;

/** What of the range is mapped, and promised. */
function pagesWithin(
  mm: MmStruct,
  start: number,
  end: number,
): { readonly mapped: number; readonly promised: number } {
  let mapped = 0;
  let promised = 0;
  for (const vma of vmasWithin(mm, start, end)) {
    const pages = pagesBetween(Math.max(start, vma.start), Math.min(end, vma.end));
    mapped += pages;
    if (vma.flags & VmFlag.ACCOUNT) promised += pages;
  }
  return { mapped, promised };
}

/** The flags that say whether the memory is promised, and that it is new. @returns VmFlag bits */
function reserveFlags({ commit, rules }: MmEnv, { flags, mapFlags }: NewRegion): number {
  const isUnreserved = mapFlags & MapFlag.NORESERVE && commit.mode !== Overcommit.NEVER;
  const kept = isUnreserved ? withVmFlag(flags, VmFlag.NORESERVE) : flags;
  const marked = kept + rules.softDirty;
  return isAccountableMapping(kept) ? withVmFlag(marked, VmFlag.ACCOUNT) : marked;
}

/** Makes and links the area. @returns it, or a negative errno with the charge given back */
function* newArea(
  env: MmEnv,
  mm: MmStruct,
  limits: MmLimits,
  region: NewRegion,
): KernelThread<Vma | number> {
  const vma = (yield* allocVma(env)) ? createVma(mm, region) : null;
  const status = vma === null ? -Errno.ENOMEM : yield* attachFile(env, vma, limits);
  if (vma === null || status !== 0) {
    const { start, end, flags } = region;
    if (flags & VmFlag.ACCOUNT) yield* vmUnacctSteps(env, pagesBetween(start, end));
    return status;
  }
  protectForWritenotify(vma);
  yield* linkVma(env, vma);
  return vma;
}

/** Gives the area its file, or the one that shared anonymous memory needs. @returns 0 or errno */
function* attachFile(env: MmEnv, vma: Vma, limits: MmLimits): KernelThread<number> {
  const { mm, flags, file } = vma;
  if (file !== null) return yield* attachOpenFile(env, vma, file);
  if ((flags & VmFlag.SHARED) === 0) return 0;
  const isReserved = (flags & VmFlag.NORESERVE) === 0;
  vma.file = yield* shmemFileSetup(env, mm, vmaPages(vma), isReserved, limits.isAdmin);
  vma.ops = filemapVmOps;
  return vma.file === null ? -Errno.ENOMEM : 0;
}

function* attachOpenFile(env: MmEnv, vma: Vma, file: MappedFile): KernelThread<number> {
  if (vma.flags & VmFlag.GROWSDOWN) return -Errno.EINVAL;
  if (vma.flags & VmFlag.DENYWRITE && file.iWritecount > 0) return -Errno.ETXTBSY;
  getFile(file);
  const status = file.mmap === null ? genericFileMmap(vma) : file.mmap(vma);
  if (status === 0) {
    countExeFileVma(env, vma);
    return 0;
  }
  // The driver may have mapped pages before it failed. What was charged is the caller's to return.
  vma.file = null;
  putFile(env, file);
  vma.flags = withoutVmFlag(vma.flags, VmFlag.ACCOUNT);
  yield* unmapRegion(env, vma.mm, [vma]);
  return status;
}

/** @kernel generic_file_mmap in mm/filemap.c */
function genericFileMmap(vma: Vma): number {
  vma.ops = filemapVmOps;
  vma.flags = withVmFlag(vma.flags, VmFlag.CAN_NONLINEAR);
  return 0;
}

/** Brings the pages of [start, end) if they are to be there from the start; errors are hidden. */
function* fillRegion(
  env: MmEnv,
  vma: Vma,
  { start, end, mapFlags }: NewRegion,
  limits: MmLimits,
): KernelThread<void> {
  if (vma.flags & VmFlag.LOCKED) {
    const isCounted = yield* mlockVmaPagesRange(env, vma, start, end, limits);
    if (isCounted) vma.mm.lockedVm += pagesBetween(start, end);
  } else if ((mapFlags & (MapFlag.POPULATE | MapFlag.NONBLOCK)) === MapFlag.POPULATE) {
    yield* makePagesPresent(env, vma, start, end, limits);
  }
}
