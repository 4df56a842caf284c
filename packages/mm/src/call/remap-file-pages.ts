/**
 * remap_file_pages: shuffles which page of the file each page of a shared mapping shows (SPEC
 * §2.14).
 *
 *    file               0 1 2 3        the area is linear: its address says which page
 *    remap 0..1 to 2    2 3 2 3        it is nonlinear: each entry says it itself, or its page does
 *
 * The area changes the list of its file that it stands on, and stays nonlinear for good. Where
 * dirty pages are accounted, on a real disk, the kernel maps that part anew instead, linear; from
 * 4.0 on always.
 */
import {
  Errno,
  expectInteger,
  MapFlag,
  PAGE_SIZE,
  pageAlignDown,
  VmFlag,
  withVmFlag,
} from "@forkpath/abi";
import { linearPageIndex } from "@forkpath/rmap";
import { holding, type KernelThread, reading, traced, writing } from "@forkpath/sync";
import { findVma, nextVma } from "../area/list.ts";
import { makePagesPresent } from "../fault/populate.ts";
import { NO_LIMITS } from "../machine/limits.ts";
import { notifyRangeEnd, notifyRangeStart } from "../machine/notifier.ts";
import { getFile, putFile } from "../page/file-refs.ts";
import { munlockMeanwhile } from "../reclaim/mlock-page.ts";
import type { MappedFile, MmEnv, MmLimits, MmStruct, Vma } from "../types.ts";
import { installFilePte } from "./install-file-pte.ts";
import { mlockVmaPagesRange } from "./mlock.ts";
import { mmapRegion } from "./mmap-region.ts";

/** Arguments of remap_file_pages(2). */
export interface RemapFilePagesRequest {
  /** Bytes; rounded down to a page. */
  readonly start: number;
  /** Bytes; rounded down to pages. */
  readonly size: number;
  /** Protection bits. Linux accepts only 0; the default. */
  readonly prot?: number;
  /** Page of the file that the first of them shows from now on. */
  readonly pgoff: number;
  /** MapFlag.NONBLOCK to store entries only; every other bit is ignored. */
  readonly flags?: number;
}

/** A range as the call means it. */
interface Remapping {
  readonly start: number;
  readonly end: number;
  readonly pgoff: number;
  readonly isNonblock: boolean;
  readonly limits: MmLimits;
}

const WHERE = "sys_remap_file_pages";
/** Offsets that the kernel takes, 12 bits more than an entry keeps (D25). */
const PTE_FILE_MAX_BITS = 46;
/** In place of an answer: the area is about to change, for which a reader may not hold it. */
const WANTS_WRITER = 1;

/**
 * @returns 0; -EINVAL for a protection, an empty range, an offset too far out, or what is no part
 *   of one shared mapping of a file; -ENOMEM when memory is short: some entries may be stored by
 *   then
 * @throws RangeError or TypeError unless the numbers of the request are non-negative integers
 * @kernel sys_remap_file_pages in mm/fremap.c
 * @deviates A writer of mmap_sem stays one while pages are brought, where the kernel makes a reader
 *   of him: misses faults of others meanwhile.
 */
export function* sysRemapFilePages(
  env: MmEnv,
  mm: MmStruct,
  request: RemapFilePagesRequest,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  const { prot = 0, flags = 0, pgoff } = request;
  expectRequest(request);
  const start: number = pageAlignDown(request.start);
  const end = start + pageAlignDown(request.size);
  if (prot !== 0 || end <= start) return -Errno.EINVAL;
  if (pgoff + (end - start) / PAGE_SIZE >= 2 ** PTE_FILE_MAX_BITS) return -Errno.EINVAL;
  const isNonblock = (flags & MapFlag.NONBLOCK) !== 0;
  const asked = { start, end, pgoff, isNonblock, limits };
  if (env.rules.remapFilePages === "mapped anew") {
    return yield* writing(env.sync, mm.mmapSem, WHERE, remapAnew(env, mm, asked));
  }
  const status = yield* reading(env.sync, mm.mmapSem, WHERE, remap(env, mm, asked, false));
  if (status !== WANTS_WRITER) return status;
  // Other threads may have changed anything in between, so the areas are looked at again.
  return yield* writing(env.sync, mm.mmapSem, WHERE, remap(env, mm, asked, true));
}

function expectRequest({ start, size, prot = 0, pgoff, flags = 0 }: RemapFilePagesRequest): void {
  const where = "sysRemapFilePages";
  expectInteger(where, "start", start, 0, 2 ** 52);
  expectInteger(where, "size", size, 0, 2 ** 52);
  expectInteger(where, "prot", prot, 0, 2 ** 32 - 1);
  expectInteger(where, "pgoff", pgoff, 0, 2 ** 52);
  expectInteger(where, "flags", flags, 0, 2 ** 32 - 1);
}

/** @returns 0, a negative errno, or WANTS_WRITER */
function* remap(
  env: MmEnv,
  mm: MmStruct,
  asked: Remapping,
  isWriter: boolean,
): KernelThread<number> {
  const { start, end, pgoff } = asked;
  const vma = findVma(mm, start);
  if (vma === undefined || vma.file === null || vma.start > start || vma.end < end) {
    return -Errno.EINVAL;
  }
  if ((vma.flags & SHUFFLEABLE) !== SHUFFLEABLE) return -Errno.EINVAL;
  if ((vma.flags & VmFlag.NONLINEAR) === 0) {
    if (pgoff === linearPageIndex(vma, start)) return 0;
    if (!isWriter) return WANTS_WRITER;
    if (vma.file.accountsDirty) return yield* mapAnew(env, vma, vma.file, asked, vma.flags);
    yield* makeNonlinear(env, vma, vma.file);
  }
  return yield* remapPages(env, vma, asked);
}

/**
 * Later releases shuffle nothing: what is asked for becomes an area, and is brought at once. What
 * was advised of the old one is gone, as it is after an mmap there (recorded: live 6.18.44).
 */
function* remapAnew(env: MmEnv, mm: MmStruct, asked: Remapping): KernelThread<number> {
  const vma = findVma(mm, asked.start);
  if (vma === undefined || vma.file === null || !isOfOneKind(vma, asked)) return -Errno.EINVAL;
  const flags = ((vma.flags & MAPPED_AGAIN) | mm.defFlags) >>> 0;
  const status = yield* mapAnew(env, vma, vma.file, asked, flags);
  const fresh = findVma(mm, asked.start);
  if (status !== 0 || asked.isNonblock || fresh === undefined) return status;
  yield* makePagesPresent(env, fresh, asked.start, asked.end, asked.limits);
  return 0;
}

/** Flags of an area that the one in its place has too. */
const MAPPED_AGAIN: number =
  VmFlag.READ |
  VmFlag.WRITE |
  VmFlag.EXEC |
  VmFlag.MAYREAD |
  VmFlag.MAYWRITE |
  VmFlag.MAYEXEC |
  VmFlag.SHARED |
  VmFlag.MAYSHARE |
  VmFlag.LOCKED;

/** Is the range shared, and of one file and with the same flags throughout, without a hole? */
function isOfOneKind(first: Vma, { start, end }: Remapping): boolean {
  if (first.start > start || (first.flags & VmFlag.SHARED) === 0) return false;
  for (let vma = first; vma.end < end; ) {
    const next = nextVma(vma);
    if (next?.start !== vma.end || next.file !== first.file) return false;
    // Which of them its file has made nonlinear, later releases do not know.
    if (withVmFlag(next.flags, CAN_BE) !== withVmFlag(first.flags, CAN_BE)) return false;
    vma = next;
  }
  return true;
}

const CAN_BE = VmFlag.CAN_NONLINEAR;

/** What a mapping must be to be shuffled. */
const SHUFFLEABLE: number = VmFlag.SHARED | VmFlag.CAN_NONLINEAR;

/** The same pages of the file, by an area of their own. */
function* mapAnew(
  env: MmEnv,
  vma: Vma,
  file: MappedFile,
  { start, end, pgoff, isNonblock, limits }: Remapping,
  flags: number,
): KernelThread<number> {
  const mapFlags = isNonblock ? MapFlag.NONBLOCK : 0;
  const { mm } = vma;
  getFile(file);
  const addr = yield* mmapRegion(env, mm, limits, { start, end, flags, mapFlags, file, pgoff });
  putFile(env, file);
  return Math.min(addr, 0); // an address is no errno
}

/** From now on reclaim and truncation find its pages only by looking at all of them. */
const makeNonlinear = ({ sync }: MmEnv, vma: Vma, file: MappedFile): KernelThread<void> =>
  holding(sync, file.iMmapLock, WHERE, () => {
    file.iMmap.delete(vma);
    vma.flags += VmFlag.NONLINEAR;
    file.iMmapNonlinear.add(vma);
  });

/** Requires a nonlinear area. @returns 0 or -ENOMEM; that a page cannot be brought stays hidden */
function* remapPages(env: MmEnv, vma: Vma, asked: Remapping): KernelThread<number> {
  const { start, end, pgoff, isNonblock, limits } = asked;
  const isLocked = (vma.flags & VmFlag.LOCKED) !== 0;
  if (isLocked) yield* munlockMeanwhile(env, vma, start, end);
  notifyRangeStart(env, start, end);
  const status = yield* traced(env.sync, "populate_range", populateRange(env, vma, asked, pgoff));
  notifyRangeEnd(env, start, end);
  if (status !== 0 || isNonblock) return status;
  if (isLocked) yield* mlockVmaPagesRange(env, vma, start, end, limits);
  else yield* makePagesPresent(env, vma, start, end, limits);
  return 0;
}

/** @kernel populate_range in mm/fremap.c */
function* populateRange(
  env: MmEnv,
  vma: Vma,
  { start, end }: Remapping,
  pgoff: number,
): KernelThread<number> {
  for (let addr = start; addr < end; addr += PAGE_SIZE) {
    const index = pgoff + (addr - start) / PAGE_SIZE;
    const status = yield* installFilePte(env, vma, addr, index);
    if (status !== 0) return status;
  }
  return 0;
}
