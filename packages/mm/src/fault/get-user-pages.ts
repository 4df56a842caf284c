/**
 * Pinning a process's pages for somebody else: ptrace, /proc/PID/mem, direct I/O, exec's arguments.
 *
 * A pin is a reference, no more: copy-on-write does not see it (D13). A forced write may go to a
 * mapping that its owner cannot write to, and must end on a copy, not on the file's page (D34):
 *
 *    fault 1    the file's page, read-only     file +1            not for writing: once more
 *    fault 2    a copy, dirty and read-only    file −1, anon +1   says WRITE
 *    lookup     takes the copy, though it is read-only
 */
import {
  Errno,
  expectAligned,
  expectInteger,
  isCowMapping,
  PAGE_SIZE,
  type Pfn,
  pfn as toPfn,
  USER_END,
  VmFlag,
} from "@forkpath/abi";
import { NO_PFN } from "@forkpath/rmap";
import { condReschedNow, type KernelThread, stopAt, stopsHere } from "@forkpath/sync";
import { addingPoint } from "../machine/batch-point.ts";
import { countFault, NO_LIMITS } from "../machine/limits.ts";
import { pagesPoint } from "../machine/memory-point.ts";
import { forgetInFlight, noteInFlight } from "../page/in-flight.ts";
import { markPageAccessed } from "../page/lru-batch.ts";
import { makePin, refsOfPin } from "../page/pin.ts";
import {
  type MmEnv,
  type MmLimits,
  type MmStruct,
  VM_FAULT_ERROR,
  type Vma,
  VmFault,
} from "../types.ts";
import { Follow, followPage } from "./follow-page.ts";
import { handleMmFault } from "./handle-mm-fault.ts";
import { findExtendVma } from "./page-fault.ts";
import { unsharePage } from "./unshare.ts";

/**
 * What the pages are wanted for.
 * @kernel FOLL_* in include/linux/mm.h
 */
export interface GupOptions {
  /** The pages will be written to. */
  readonly isWrite?: boolean;
  /** It is enough that the mapping could become readable, or writable (VM_MAYREAD, VM_MAYWRITE). */
  readonly isForced?: boolean;
  /** For direct I/O: the page must stay where it is, so it takes a pin and not just a reference. */
  readonly isPin?: boolean;
  /** The caller is not the owner of the memory: a debugger. */
  readonly isRemote?: boolean;
  /** Of the task for which pages are got: its stack may grow, and its faults count. */
  readonly limits?: MmLimits;
}

/**
 * Faults `nrPages` pages from `start` on in, pins each, and appends them to `pages`.
 *
 * Requires mmap_sem held for reading or writing. Who gets pins gives each back with `dropPage`.
 * @returns how many were pinned, if any; else -EFAULT or -ENOMEM
 * @throws RangeError or TypeError unless the range is page-aligned and below 2^47
 * @kernel get_user_pages in mm/memory.c
 * @deviates No gate area, no hugetlb pages, and no signal stops it.
 */
export function* getUserPages(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  nrPages: number,
  options: GupOptions,
  pages: Pfn[],
): KernelThread<number> {
  expectAligned("getUserPages", "start", start, PAGE_SIZE);
  expectInteger("getUserPages", "nrPages", nrPages, 0, (USER_END - start) / PAGE_SIZE);
  const taken: Pfn[] = [];
  const status = yield* pinRange(env, mm, start, nrPages, options, taken);
  for (const page of taken) forgetInFlight(env, page, refsOf(env, options, page));
  pages.push(...taken);
  return status;
}

/** A wait for one page holds the references to all before it. @returns how many, or an errno */
function* pinRange(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  nrPages: number,
  options: GupOptions,
  taken: Pfn[],
): KernelThread<number> {
  const { limits = NO_LIMITS } = options;
  for (let pinned = 0; pinned < nrPages; pinned++) {
    const addr = start + pinned * PAGE_SIZE;
    const vma = yield* findExtendVma(env, mm, addr, limits);
    const page =
      vma !== null && isPinnable(env, vma, options)
        ? yield* pinPage(env, vma, addr, options)
        : -Errno.EFAULT;
    if (page < 0) return pinned > 0 ? pinned : page;
    taken.push(toPfn(page));
    noteInFlight(env, page, refsOf(env, options, page));
    if (stopsHere(env.sync))
      yield* stopAt(env.sync, addingPoint(env, pagesPoint(env, page), "activate"));
    if (env.rules.gupTouches) markPageAccessed(env, toPfn(page));
    if (options.isPin) makePin(env, mm, page);
  }
  return nrPages;
}

const refsOf = (env: MmEnv, { isPin }: GupOptions, page: number): number =>
  isPin ? refsOfPin(env, page) : 1;

/** May the caller use this mapping so? Memory of a driver is never pinned. */
function isPinnable({ rules }: MmEnv, { flags }: Vma, options: GupOptions): boolean {
  const { isWrite, isForced } = options;
  const plain = isWrite ? VmFlag.WRITE : VmFlag.READ;
  const forced = isWrite ? VmFlag.MAYWRITE : VmFlag.MAYREAD;
  const isAllowed = (flags & (isForced ? forced : plain)) !== 0;
  const isForcedWrite = isWrite === true && (flags & VmFlag.WRITE) === 0;
  if (isForcedWrite && !rules.forcesShared && !isCowMapping(flags)) return false;
  return isAllowed && (flags & (VmFlag.IO | VmFlag.PFNMAP)) === 0;
}

const MUST_UNSHARE: number = -Errno.EMLINK;

/** Faults until the lookup is content. @returns a pinned frame, or a negative errno */
function* pinPage(
  env: MmEnv,
  vma: Vma,
  addr: number,
  { isWrite = false, isForced = false, isPin, isRemote, limits = NO_LIMITS }: GupOptions,
): KernelThread<number> {
  const { sync } = env;
  let follow =
    (isWrite ? Follow.WRITE : 0) | (isForced ? Follow.FORCE : 0) | (isPin ? Follow.PIN : 0);
  for (;;) {
    yield* stopAt(sync, sync.reschedPoint);
    condReschedNow(sync);
    const page = yield* followPage(env, vma, addr, follow);
    if (page !== NO_PFN && page !== MUST_UNSHARE) return page;
    const code =
      page === MUST_UNSHARE
        ? yield* unsharePage(env, vma, addr, limits)
        : yield* handleMmFault(env, vma, addr, isWrite, limits);
    if (code & VM_FAULT_ERROR) return code & VmFault.OOM ? -Errno.ENOMEM : -Errno.EFAULT;
    if (!isRemote || env.rules.countsRemoteFaults) countFault(limits, code);
    // The copy is made, and its entry stays read-only: there is nothing more to wait for.
    if (code & VmFault.WRITE && (vma.flags & VmFlag.WRITE) === 0) follow |= Follow.COW;
  }
}
