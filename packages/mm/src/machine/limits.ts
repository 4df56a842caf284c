/**
 * What the calling task may do: its resource limits, in bytes, and two capabilities.
 *
 * They belong to the task, not to the address space, so each system call gets them from whoever
 * calls. fork checks none of the memory ones (SPEC §5.13).
 */
import { PAGE_SIZE } from "@forkpath/abi";
import type { MmStruct } from "./mm.ts";

export interface MmLimits {
  /** RLIMIT_AS. */
  readonly addressSpace: number;
  /** RLIMIT_DATA. */
  readonly data: number;
  /** RLIMIT_STACK. */
  readonly stack: number;
  /** RLIMIT_MEMLOCK. */
  readonly memlock: number;
  /** CAP_SYS_ADMIN: the admin's reserve is there for this caller. */
  readonly isAdmin: boolean;
  /** CAP_IPC_LOCK: RLIMIT_MEMLOCK does not apply. */
  readonly mayLockAll: boolean;
}

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
