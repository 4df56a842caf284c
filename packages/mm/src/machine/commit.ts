/**
 * Commit accounting: how much memory has been promised (SPEC §5.12).
 *
 * fork charges every VM_ACCOUNT area of the parent in full, though nothing is copied: this is
 * where a fork of a large process is refused.
 */
import { Errno } from "@forkpath/abi";
import { nrFreePages } from "@forkpath/rmap";
import {
  type CommitAccount,
  type CommitOptions,
  type MmEnv,
  type MmStruct,
  Overcommit,
} from "../types.ts";

/** @modelOnly the sysctls and totals that __vm_enough_memory reads */
export const createCommitAccount = (
  totalRamPages: number,
  options: CommitOptions = {},
): CommitAccount => ({
  mode: options.mode ?? Overcommit.GUESS,
  ratio: options.ratio ?? 50,
  overcommitKb: options.overcommitKb ?? 0,
  adminReserveKb: options.adminReserveKb ?? Math.min((totalRamPages * 4) / 32, 8192),
  totalReservePages: options.totalReservePages ?? 0,
  reclaimableSlabPages: options.reclaimableSlabPages ?? 0,
  totalRamPages,
  committed: 0,
});

/**
 * `a - b` of two unsigned longs: what would be below 0 is close to 2^64 and passes every test that
 * follows (D17). Infinity stands for it, since no later step can bring it back.
 */
const minus = (a: number, b: number): number => (a >= b ? a - b : Number.POSITIVE_INFINITY);

/**
 * Charges `pages` and says whether the machine may promise them; un-charges if not.
 * @returns 0 or -ENOMEM
 * @kernel __vm_enough_memory in mm/mmap.c
 */
export function vmEnoughMemory(env: MmEnv, mm: MmStruct, pages: number, isAdmin: boolean): number {
  const { commit } = env;
  commit.committed += pages;
  if (mayPromise(env, mm, pages, isAdmin)) return 0;
  vmUnacctMemory(env, pages);
  return -Errno.ENOMEM;
}

/** @kernel vm_unacct_memory in include/linux/mman.h */
export function vmUnacctMemory({ commit }: MmEnv, pages: number): void {
  commit.committed -= pages;
}

function mayPromise(env: MmEnv, mm: MmStruct, pages: number, isAdmin: boolean): boolean {
  switch (env.commit.mode) {
    case Overcommit.ALWAYS:
      return true;
    case Overcommit.GUESS:
      return hasFree(env, pages, isAdmin);
    default:
      return isBelowLimit(env, mm, isAdmin);
  }
}

/** Mode 0: could reclaim find this much, or is it free? */
function hasFree(env: MmEnv, pages: number, isAdmin: boolean): boolean {
  const { commit } = env;
  const reserve = isAdmin ? 0 : Math.floor(commit.adminReserveKb / 4);
  const cached = nrFilePages(env) + env.swap.nrSwapPages + commit.reclaimableSlabPages;
  const free = minus(cached, reserve);
  if (free > pages) return true;
  let left = nrFreePages(env.map);
  if (left <= commit.totalReservePages) return false;
  left -= commit.totalReservePages;
  if (!isAdmin) left -= Math.floor(left / 32);
  return free + left > pages;
}

/** Mode 2: is all that was promised below the limit? */
function isBelowLimit(env: MmEnv, mm: MmStruct, isAdmin: boolean): boolean {
  const { commit } = env;
  const ofRam =
    commit.overcommitKb === 0
      ? Math.floor((commit.totalRamPages * commit.ratio) / 100)
      : Math.floor(commit.overcommitKb / 4);
  let allowed = ofRam + env.swap.totalSwapPages;
  if (!isAdmin) allowed = minus(allowed, Math.floor(commit.adminReserveKb / 4));
  allowed = minus(allowed, Math.floor(mm.usage.totalVm / 32));
  // A negative approximate total reads as 1 in this kernel.
  return (commit.committed < 0 ? 1 : commit.committed) < allowed;
}

/** Pages in the page cache, swap cache included. @kernel NR_FILE_PAGES */
function nrFilePages(env: MmEnv): number {
  let pages = env.swap.cache.size;
  for (const file of env.files.values()) pages += file.pages.size;
  return pages;
}
