/**
 * What the limits of the calling task allow. fork checks none of the memory ones (SPEC §5.13).
 */
import { PAGE_SIZE } from "@forkpath/abi";
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
  { rules }: MmEnv,
  { usage }: MmStruct,
  flags: number,
  pages: number,
  limits: MmLimits,
): boolean {
  if (usage.totalVm + pages > Math.floor(limits.addressSpace / PAGE_SIZE)) return false;
  if (!rules.usage.dataVm({ flags, hasFile: false })) return true;
  return usage.dataVm + pages <= Math.floor(limits.data / PAGE_SIZE);
}

/** Could this caller lock any memory at all? @kernel can_do_mlock in mm/mlock.c */
export const canDoMlock = (limits: MmLimits): boolean => limits.mayLockAll || limits.memlock > 0;

/**
 * May `pages` more be locked? A sum below 0 (D44, pages off locked_vm that never were on it) is
 * close to 2^64 to the kernel: more than any limit, and than none.
 * @kernel the RLIMIT_MEMLOCK tests of mm/mmap.c and mm/mlock.c
 */
export function mayLock({ lockedVm }: MmStruct, pages: number, limits: MmLimits): boolean {
  const locked = lockedVm + pages;
  const isWithin = locked >= 0 && locked <= Math.floor(limits.memlock / PAGE_SIZE);
  return limits.mayLockAll || isWithin;
}
