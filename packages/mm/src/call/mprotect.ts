/**
 * mprotect: changes what a range may be used for, area by area (SPEC §2.14, §5.12/2).
 *
 * Private memory that becomes writable is charged; whether memory that stops being so is given
 * back, says a rule. A failure in the middle leaves the areas before it changed.
 */
import {
  Errno,
  expectInteger,
  PAGE_SIZE,
  Prot,
  pageAlignUp,
  pagesBetween,
  VmFlag,
  withoutVmFlag,
  withVmFlag,
} from "@forkpath/abi";
import { pteModifyHigh, pteModifyLow, vmPageProtHigh, vmPageProtLow } from "@forkpath/page-table";
import { type KernelThread, writing } from "@forkpath/sync";
import {
  isProtectionAllowed,
  protectForWritenotify,
  withGuardsOf,
  withProtection,
} from "../area/flags.ts";
import { findVma } from "../area/list.ts";
import { mergeOrIsolate } from "../area/split.ts";
import { makePagesPresent } from "../fault/populate.ts";
import { vmEnoughSteps, vmUnacctSteps } from "../machine/commit-point.ts";
import { expectRange } from "../machine/expect-range.ts";
import { mayExpandVm, NO_LIMITS } from "../machine/limits.ts";
import { stopToMark } from "../machine/memory-stop.ts";
import { notifyRangeEnd, notifyRangeStart } from "../machine/notifier.ts";
import { refuseHole } from "../machine/refuse.ts";
import { vmStatAccount } from "../machine/vm-stat.ts";
import type { MmEnv, MmLimits, MmStruct, Vma } from "../types.ts";
import { changeProtection } from "./change-protection.ts";
import { deniesWriteExec } from "./mdwe.ts";

const PROT_KNOWN = Prot.READ | Prot.WRITE | Prot.EXEC;
/** Flags that say an area was charged before, or never is. */
const NEVER_CHARGED: number =
  VmFlag.ACCOUNT | VmFlag.WRITE | VmFlag.HUGETLB | VmFlag.SHARED | VmFlag.NORESERVE;

/**
 * @param start first byte
 * @param len bytes
 * @param prot Prot bits
 * @returns 0; -EINVAL; -ENOMEM for a hole, too many areas, too little memory, RLIMIT_DATA; -EACCES
 * @throws RangeError or TypeError unless all are non-negative integers
 * @kernel sys_mprotect in mm/mprotect.c
 * @deviates Knows no PROT_GROWSDOWN, PROT_GROWSUP and PROT_SEM: they are -EINVAL.
 */
export function* sysMprotect(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  len: number,
  prot: number,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  expectRange("sysMprotect", start, len);
  expectInteger("sysMprotect", "prot", prot, 0, 2 ** 32 - 1);
  if (start % PAGE_SIZE !== 0) return -Errno.EINVAL;
  if (len === 0) return 0;
  if ((prot & ~PROT_KNOWN) !== 0) return -Errno.EINVAL;
  const protect = protectAreas(env, mm, start, start + pageAlignUp(len), prot, limits);
  return yield* writing(env.sync, mm.mmapSem, "sys_mprotect", protect);
}

function* protectAreas(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  end: number,
  prot: number,
  limits: MmLimits,
): KernelThread<number> {
  let vma = findVma(mm, start);
  for (let at = start; at < end; ) {
    if (vma === undefined || vma.start > at) return refuseHole(env, at);
    const flags = withProtection(vma.flags, prot);
    if (!isProtectionAllowed(flags) || deniesWriteExec(mm, vma.flags, flags)) return -Errno.EACCES;
    const next = Math.min(vma.end, end);
    const status = yield* mprotectFixup(env, vma, at, next, flags, limits);
    if (status !== 0) return status;
    vma = findVma(mm, next);
    at = next;
  }
  return 0;
}

/**
 * Gives [start, end) of `vma` the flags `flags`, and its entries the protection that follows.
 * Requires mmap_sem held for writing.
 * @returns 0 or -ENOMEM: then nothing is charged, but the area may be split
 * @kernel mprotect_fixup in mm/mprotect.c
 */
export function* mprotectFixup(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
  flags: number,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  if (flags === vma.flags) return 0;
  const { mm, flags: oldFlags } = vma;
  const pages = pagesBetween(start, end);
  if (flags & VmFlag.WRITE && !mayBecome(env, vma, flags, pages, limits)) return -Errno.ENOMEM;
  const newFlags = accountedFlags(env, vma, flags);
  const charge = (accountBit(newFlags) - accountBit(oldFlags)) * pages;
  if (charge > 0 && (yield* vmEnoughSteps(env, mm, charge, limits.isAdmin, vma)) !== 0)
    return -Errno.ENOMEM;
  const area = yield* mergeOrIsolate(env, vma, start, end, newFlags);
  if (area === null) {
    if (charge > 0) yield* vmUnacctSteps(env, charge);
    return -Errno.ENOMEM;
  }
  if (charge < 0) yield* vmUnacctSteps(env, -charge);
  yield* stopToMark(env, mm);
  area.flags = withGuardsOf(newFlags, area.flags);
  area.pageProtLow = pteModifyLow(area.pageProtLow, vmPageProtLow(newFlags));
  area.pageProtHigh = pteModifyHigh(area.pageProtHigh, vmPageProtHigh(newFlags));
  protectForWritenotify(area);
  notifyRangeStart(env, start, end);
  yield* changeProtection(env, area, start, end);
  notifyRangeEnd(env, start, end);
  if (env.rules.protectFills(oldFlags, newFlags)) {
    yield* makePagesPresent(env, area, start, end, limits);
  }
  yield* vmStatAccount(env, mm, oldFlags, area.file !== null, -pages);
  yield* vmStatAccount(env, mm, newFlags, area.file !== null, pages);
  return 0;
}

/** RLIMIT_DATA stops what makes data of it, unless the address space is too large anyway. */
function mayBecome(env: MmEnv, vma: Vma, flags: number, pages: number, limits: MmLimits): boolean {
  const { mm } = vma;
  if (mayExpandVm(env, mm, flags, pages, limits)) return true;
  return !mayExpandVm(env, mm, vma.flags, pages, limits);
}

/** `flags` with ACCOUNT as it is to be: private memory that becomes writable is promised. */
function accountedFlags({ rules }: MmEnv, vma: Vma, flags: number): number {
  const isWritable = (flags & VmFlag.WRITE) !== 0;
  if (isWritable && (vma.flags & NEVER_CHARGED) === 0) return withVmFlag(flags, VmFlag.ACCOUNT);
  if (isWritable || rules.keepsCharge(vma)) return flags;
  return withoutVmFlag(flags, VmFlag.ACCOUNT);
}

const accountBit = (flags: number): number => (flags & VmFlag.ACCOUNT ? 1 : 0);
