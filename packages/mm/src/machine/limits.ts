/**
 * What the limits of the calling task allow. fork checks none of the memory ones (SPEC §5.13).
 */
import { PAGE_SIZE } from "@forkpath/abi";
import { type LimitName, refuse, type Sync } from "@forkpath/sync";
import { type MmEnv, type MmLimits, type MmStruct, VmFault } from "../types.ts";

/** Nothing is limited, nobody is privileged, and no fault is counted. */
export const NO_LIMITS: MmLimits = {
  addressSpace: Number.POSITIVE_INFINITY,
  data: Number.POSITIVE_INFINITY,
  stack: Number.POSITIVE_INFINITY,
  memlock: Number.POSITIVE_INFINITY,
  isAdmin: false,
  mayLockAll: false,
  faults: null,
};

/**
 * Counts one fault of the task that was handled: as a major one if its page came from disk.
 * @kernel the maj_flt and min_flt lines of do_page_fault and __get_user_pages
 */
export function countFault({ faults }: MmLimits, code: number): void {
  if (faults === null) return;
  if (code & VmFault.MAJOR) faults.majFlt++;
  else faults.minFlt++;
}

/**
 * May the address space have `pages` more with these flags? RLIMIT_DATA counts where data_vm does.
 * @kernel may_expand_vm in mm/mmap.c
 */
export function mayExpandVm(
  { sync, rules }: MmEnv,
  { usage }: MmStruct,
  flags: number,
  pages: number,
  limits: MmLimits,
): boolean {
  if (!isWithin(sync, "RLIMIT_AS", usage.totalVm, pages, limits.addressSpace)) return false;
  if (!rules.usage.dataVm({ flags, hasFile: false })) return true;
  return isWithin(sync, "RLIMIT_DATA", usage.dataVm, pages, limits.data);
}

/**
 * Of pages in use and pages asked for, over a limit of `bytes`.
 * @returns false
 * @modelOnly the kernel tells no reason
 */
export function refuseBeyond(
  sync: Sync,
  limit: LimitName,
  used: number,
  asked: number,
  bytes: number,
): false {
  refuse(sync, { kind: "limit", limit, used, asked, most: Math.floor(bytes / PAGE_SIZE) });
  return false;
}

/** Of pages in use and pages asked for, under a limit of `bytes`. */
function isWithin(
  sync: Sync,
  limit: LimitName,
  used: number,
  asked: number,
  bytes: number,
): boolean {
  const most = Math.floor(bytes / PAGE_SIZE);
  if (used + asked <= most) return true;
  return refuseBeyond(sync, limit, used, asked, bytes);
}

/**
 * May there be `count` more areas?
 * @kernel the sysctl_max_map_count tests of mm/mmap.c and mm/mremap.c
 */
export function mayHaveAreas(
  { sync, maxMapCount: most }: MmEnv,
  mm: MmStruct,
  count: number,
): boolean {
  const used = mm.mapCount;
  if (used + count <= most) return true;
  refuse(sync, { kind: "limit", limit: "max_map_count", used, asked: Math.max(count, 1), most });
  return false;
}

/**
 * May all that is mapped be locked?
 * @kernel the RLIMIT_MEMLOCK test of sys_mlockall in mm/mlock.c
 */
export function mayLockAll(sync: Sync, mm: MmStruct, limits: MmLimits): boolean {
  if (limits.mayLockAll) return true;
  return isWithin(sync, "RLIMIT_MEMLOCK", 0, mm.usage.totalVm, limits.memlock);
}

/** Could this caller lock any memory at all? @kernel can_do_mlock in mm/mlock.c */
export function canDoMlock(sync: Sync, limits: MmLimits): boolean {
  if (limits.mayLockAll || limits.memlock > 0) return true;
  refuse(sync, {
    kind: "capability",
    capability: "CAP_IPC_LOCK",
    forWhat: "to lock memory while RLIMIT_MEMLOCK is 0",
  });
  return false;
}

/**
 * May `pages` more be locked? A sum below 0 (D44, pages off locked_vm that never were on it) is
 * close to 2^64 to the kernel: more than any limit, and than none.
 * @kernel the RLIMIT_MEMLOCK tests of mm/mmap.c and mm/mlock.c
 */
export function mayLock(sync: Sync, mm: MmStruct, pages: number, limits: MmLimits): boolean {
  const locked = mm.lockedVm + pages;
  const most = Math.floor(limits.memlock / PAGE_SIZE);
  if (limits.mayLockAll || (locked >= 0 && locked <= most)) return true;
  return refuseBeyond(sync, "RLIMIT_MEMLOCK", mm.lockedVm, pages, limits.memlock);
}
