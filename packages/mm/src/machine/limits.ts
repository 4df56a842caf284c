/**
 * What the limits of the calling task allow. fork checks none of the memory ones (SPEC §5.13).
 */
import { PAGE_SIZE } from "@forkpath/abi";
import type { MmLimits, MmStruct } from "../types.ts";

/** Nothing is limited, and nobody is privileged. */
export const NO_LIMITS: MmLimits = {
  addressSpace: Number.POSITIVE_INFINITY,
  data: Number.POSITIVE_INFINITY,
  stack: Number.POSITIVE_INFINITY,
  memlock: Number.POSITIVE_INFINITY,
  isAdmin: false,
  mayLockAll: false,
};

/** @kernel may_expand_vm in mm/mmap.c */
export const mayExpandVm = (mm: MmStruct, pages: number, limits: MmLimits): boolean =>
  mm.usage.totalVm + pages <= Math.floor(limits.addressSpace / PAGE_SIZE);

/** Could this caller lock any memory at all? @kernel can_do_mlock in mm/mlock.c */
export const canDoMlock = (limits: MmLimits): boolean => limits.mayLockAll || limits.memlock > 0;

/** May `pages` more be locked? @kernel the RLIMIT_MEMLOCK tests of mm/mmap.c and mm/mlock.c */
export const mayLock = (mm: MmStruct, pages: number, limits: MmLimits): boolean =>
  limits.mayLockAll || mm.lockedVm + pages <= Math.floor(limits.memlock / PAGE_SIZE);
