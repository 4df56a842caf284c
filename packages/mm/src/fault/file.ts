/**
 * A fault in a mapping that has pages to offer: a file, shared memory, a driver (SPEC §9.7).
 *
 *    access    mapping    entry becomes                     file   anon
 *    read      any        the cache's page                   +1
 *    write     shared     the cache's page, dirty            +1
 *    write     private    a copy of it, dirty and writable           +1
 *
 * Shared memory without a file is a file too; where its pages count, says rules/shmem-counter.ts.
 * A read maps neighbours that are in the cache, too, where rules/fault-around.ts wants it.
 */
import { type Pfn, VmFlag } from "@forkpath/abi";
import { addMmCounterFast } from "@forkpath/counters";
import { pteToPgoff } from "@forkpath/page-table";
import { linearPageIndex, NO_PFN, PageFlag, pageAddFileRmap } from "@forkpath/rmap";
import { holding, invariant, type KernelThread, stopAt, stopsHere } from "@forkpath/sync";
import {
  allocAnonPage,
  clearPageMlock,
  installFreshPage,
  ONE_MORE,
  storeWrittenPte,
} from "../area/new-anon-page.ts";
import { reportBadPte } from "../machine/bad-pte.ts";
import { fileCounterOf } from "../machine/counter-of.ts";
import { ensureTable, type FaultSite, isSameEntry } from "../machine/fault-site.ts";
import { entryPoint, pagesPoint, sharersPoint } from "../machine/memory-point.ts";
import { holdingPage } from "../page/in-flight.ts";
import { lockPage, unlockPage } from "../page/lock.ts";
import { dropPage, setPageDirty } from "../page/state.ts";
import { type FaultPage, type MmEnv, VM_FAULT_ERROR, VmFault } from "../types.ts";
import { doFaultAround, faultsAround } from "./around.ts";
import { askPageMkwrite, MKWRITE_GRANTED } from "./page-mkwrite.ts";
import { storeReadPte } from "./read-pte.ts";

const WHERE = "__do_fault";
const NO_PAGE_CODES = VM_FAULT_ERROR | VmFault.NOPAGE | VmFault.RETRY;

/**
 * An empty entry: the page is the one that lies here in the file.
 * @kernel do_linear_fault in mm/memory.c
 */
export const doLinearFault = (env: MmEnv, site: FaultSite): KernelThread<number> =>
  faultsAround(env, site)
    ? doReadFault(env, site)
    : doFault(env, site, linearPageIndex(site.vma, site.addr));

/**
 * The cache's pages first; the file is asked only if the page is not among them.
 * @kernel do_read_fault in mm/memory.c
 */
function* doReadFault(env: MmEnv, site: FaultSite): KernelThread<number> {
  const code = yield* doFaultAround(env, site);
  return code !== 0 ? code : yield* doFault(env, site, linearPageIndex(site.vma, site.addr));
}

/**
 * A nonlinear entry says itself which page of the file it stands for.
 * @kernel do_nonlinear_fault in mm/memory.c
 */
export function* doNonlinearFault(env: MmEnv, site: FaultSite): KernelThread<number> {
  if ((site.vma.flags & VmFlag.NONLINEAR) === 0) {
    reportBadPte(env, site.addr, site.low, site.high);
    return VmFault.SIGBUS;
  }
  return yield* doFault(env, site, pteToPgoff(site.low, site.high));
}

/**
 * Gets page `pgoff` from the mapping and maps it, or a copy of it.
 * @kernel __do_fault in mm/memory.c
 */
function* doFault(env: MmEnv, site: FaultSite, pgoff: number): KernelThread<number> {
  if (site.isWrite && (site.vma.flags & VmFlag.SHARED) === 0) {
    return yield* doCowFault(env, site, pgoff);
  }
  const { pfn, code } = yield* askFile(env, site, pgoff);
  if (pfn === NO_PFN) return code;
  return site.isWrite
    ? yield* mapForSharedWrite(env, site, pfn, code)
    : yield* mapFilePage(env, site, pfn, code);
}

/**
 * Copy at once, instead of mapping the page and copying at the next fault.
 * @kernel do_cow_fault in mm/memory.c
 */
function* doCowFault(env: MmEnv, site: FaultSite, pgoff: number): KernelThread<number> {
  const { copiesFirst } = env.rules;
  let copy = copiesFirst ? yield* allocAnonPage(env, site.vma) : NO_PFN;
  if (copiesFirst && copy === NO_PFN) return VmFault.OOM;
  const asking = askFile(env, site, pgoff);
  const { pfn, code } = copiesFirst ? yield* holdingPage(env, copy, asking) : yield* asking;
  if (pfn === NO_PFN) {
    if (copy !== NO_PFN) dropPage(env, copy);
    return code;
  }
  if (!copiesFirst) copy = yield* allocAnonPage(env, site.vma);
  if (copy !== NO_PFN) return yield* mapPrivateCopy(env, site, pfn, copy, code);
  unlockPage(env, pfn);
  dropPage(env, pfn);
  return VmFault.OOM;
}

/**
 * @returns the page, locked and with a reference; or NO_PFN and the fault's result
 * @kernel the call of vm_ops->fault in mm/memory.c
 * @deviates LOCKED speaks of the page, and is not passed on.
 */
function* askFile(env: MmEnv, { vma, limits }: FaultSite, pgoff: number): KernelThread<FaultPage> {
  invariant(vma.ops?.fault !== undefined, "vma-fault", "the mapping has no fault operation");
  const { pfn, code } = yield* vma.ops.fault(env, vma, pgoff, limits);
  if (code & NO_PAGE_CODES) return { pfn: NO_PFN, code };
  const isLocked = (code & VmFault.LOCKED) !== 0;
  if (env.map.flags[pfn] & PageFlag.HWPOISON) {
    if (isLocked) unlockPage(env, pfn);
    dropPage(env, pfn);
    return { pfn: NO_PFN, code: VmFault.HWPOISON };
  }
  if (!isLocked) yield* lockPage(env, pfn);
  return { pfn, code: code & ~VmFault.LOCKED };
}

/** The page is locked and referenced; the reference becomes the entry's. */
function* mapFilePage(env: MmEnv, site: FaultSite, page: Pfn, code: number): KernelThread<number> {
  const { sync } = env;
  if (!(yield* ensureTable(env, site))) {
    unlockPage(env, page);
    dropPage(env, page);
    return VmFault.OOM;
  }
  const isMapped = yield* holding(sync, site.ptl, WHERE, installFilePage(env, site, page));
  if (stopsHere(sync)) yield* stopAt(sync, pagesPoint(env, page));
  if (isMapped && site.isWrite) setPageDirty(env, page);
  unlockPage(env, page);
  if (!isMapped) dropPage(env, page);
  return code;
}

/** Requires the table's lock. @returns false when the entry is no longer what the fault found */
function* installFilePage(env: MmEnv, site: FaultSite, page: Pfn): KernelThread<boolean> {
  const { sync } = env;
  const { mm } = site.vma;
  if (stopsHere(sync)) yield* stopAt(sync, sharersPoint(env, mm, site.addr, page));
  if (!isSameEntry(env, site)) return false;
  yield* addMmCounterFast(sync, mm.counters, fileCounterOf(env, site.vma.file), 1);
  if (stopsHere(sync)) yield* stopAt(sync, pagesPoint(env, page));
  pageAddFileRmap(env.map, page);
  if (stopsHere(sync)) yield* stopAt(sync, entryPoint(env, mm, site.addr));
  if (site.isWrite) storeWrittenPte(env, site.vma, site.cell, page);
  else storeReadPte(env, site.vma, site.cell, page);
  return true;
}

function* mapForSharedWrite(
  env: MmEnv,
  site: FaultSite,
  page: Pfn,
  code: number,
): KernelThread<number> {
  if (site.vma.ops?.pageMkwrite !== undefined) {
    unlockPage(env, page);
    const answer = yield* askPageMkwrite(env, site.vma, page);
    if (answer !== MKWRITE_GRANTED) return answer;
  }
  return yield* mapFilePage(env, site, page, code);
}

/** Requires the file's page locked; gives it back. */
function* mapPrivateCopy(
  env: MmEnv,
  site: FaultSite,
  page: Pfn,
  copy: Pfn,
  code: number,
): KernelThread<number> {
  const { sync } = env;
  if (!(yield* ensureTable(env, site))) {
    unlockPage(env, page);
    dropPage(env, page);
    dropPage(env, copy);
    return VmFault.OOM;
  }
  if (site.vma.flags & VmFlag.LOCKED) {
    if (stopsHere(sync)) yield* stopAt(sync, pagesPoint(env, page));
    clearPageMlock(env, page);
  }
  const isMapped = yield* holding(sync, site.ptl, WHERE, installCopy(env, site, page, copy));
  if (stopsHere(sync)) yield* stopAt(sync, pagesPoint(env, page));
  unlockPage(env, page);
  dropPage(env, page);
  if (!isMapped) dropPage(env, copy);
  return code;
}

/** Requires the table's lock. @returns false when the entry is no longer what the fault found */
function* installCopy(env: MmEnv, site: FaultSite, page: Pfn, copy: Pfn): KernelThread<boolean> {
  if (stopsHere(env.sync)) yield* stopAt(env.sync, sharersPoint(env, site.vma.mm, site.addr, page));
  if (!isSameEntry(env, site)) return false;
  yield* installFreshPage(env, site, copy, ONE_MORE);
  return true;
}
