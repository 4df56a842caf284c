/**
 * One access of a program to its memory: what the processor does, and the fault handler when the
 * processor cannot.
 *
 *    entry lets it            accessed bit set, and dirty for a write; no fault, no code
 *    no mapping, or not so    SEGV
 *    else                     handleMmFault, and the processor tries again
 *
 * A stack is found from below: an access under its lowest page makes it longer.
 */
import { expectAligned, expectInteger, PAGE_SIZE, VmFlag, virtAddr } from "@forkpath/abi";
import { findPteCell, NO_CELL, Pte, pteHigh, pteLow, setPte } from "@forkpath/page-table";
import { downRead, downReadTrylock, type KernelThread, upReadNow } from "@forkpath/sync";
import { touchAnonymousRun } from "./anonymous-run.ts";
import type { MmEnv } from "./env.ts";
import { expandStack } from "./expand-stack.ts";
import { handleMmFault } from "./fault.ts";
import { VM_FAULT_ERROR, VmFault } from "./fault-code.ts";
import { type MmLimits, NO_LIMITS } from "./limits.ts";
import type { MmStruct } from "./mm.ts";
import type { Vma } from "./vma.ts";
import { findVma } from "./vma-list.ts";

/** What `touch` answers besides VmFault bits. */
export const AccessCode = {
  /** The processor faulted at least once: min_flt or, with MAJOR, maj_flt. */
  FAULTED: 0x1000,
  /** Nothing is mapped there, or not for this access: the task gets SIGSEGV. */
  SEGV: 0x2000,
} as const;

/** Where a task's faults are counted. */
export interface FaultCounts {
  minFlt: number;
  majFlt: number;
}

/** Bits after which the access was not done. */
export const ACCESS_ERROR: number = VM_FAULT_ERROR | AccessCode.SEGV;

const WHERE = "do_page_fault";
const USER_END = 2 ** 47;
const ANY_ACCESS = VmFlag.READ | VmFlag.WRITE | VmFlag.EXEC;

/**
 * Reads or writes the byte at `addr` as a program would.
 * @param limits of the task, since its stack may grow
 * @returns VmFault and AccessCode bits; the access was done unless ACCESS_ERROR has one of them
 * @throws RangeError or TypeError unless `addr` is an integer below 2^47
 * @kernel do_page_fault in arch/x86/mm/fault.c, and the processor around it
 * @deviates A program may touch its stack at any distance below the stack pointer.
 */
export function* touch(
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  isWrite: boolean,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  expectInteger("touch", "addr", addr, 0, USER_END - 1);
  let code = 0;
  for (;;) {
    if (env.sync.interleaved) yield env.ptePoint;
    if (accessMemory(env, mm, addr, isWrite)) return code;
    code |= AccessCode.FAULTED | (yield* doPageFault(env, mm, addr, isWrite, limits));
    if (code & ACCESS_ERROR) return code;
  }
}

/**
 * Touches `pages` pages from `start` on, in order.
 * @param faults counts one for each page that faulted
 * @returns the codes of all of them, or-ed; it ends at the first that was not done
 * @throws RangeError or TypeError unless the range is page-aligned and below 2^47
 * @modelOnly a program's loop
 */
export function* touchRange(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  pages: number,
  isWrite: boolean,
  limits: MmLimits = NO_LIMITS,
  faults: FaultCounts = { minFlt: 0, majFlt: 0 },
): KernelThread<number> {
  expectAligned("touchRange", "start", start, PAGE_SIZE);
  expectInteger("touchRange", "pages", pages, 0, (USER_END - start) / PAGE_SIZE);
  const end = start + pages * PAGE_SIZE;
  let code = 0;
  for (let addr = start; addr < end && (code & ACCESS_ERROR) === 0; ) {
    const run = isWrite ? touchAnonymousRun(env, mm, addr, (end - addr) / PAGE_SIZE) : 0;
    if (run > 0) {
      faults.minFlt += run;
      code |= AccessCode.FAULTED;
      addr += run * PAGE_SIZE;
    } else {
      const one = yield* touch(env, mm, addr, isWrite, limits);
      countFault(faults, one);
      code |= one;
      addr += PAGE_SIZE;
    }
  }
  return code;
}

/**
 * Counts what one `touch` answered, as a major or a minor fault.
 * @kernel the maj_flt and min_flt lines of do_page_fault in arch/x86/mm/fault.c
 */
export function countFault(faults: FaultCounts, code: number): void {
  if ((code & AccessCode.FAULTED) === 0) return;
  if (code & VmFault.MAJOR) faults.majFlt++;
  else faults.minFlt++;
}

/**
 * The processor's part: walks the tables, and marks the entry if it lets the access be.
 * @returns false when the access faults
 * @modelOnly the MMU
 */
export function accessMemory(
  { tables }: MmEnv,
  mm: MmStruct,
  addr: number,
  isWrite: boolean,
): boolean {
  const cell = findPteCell(tables, mm.pgd, virtAddr(addr));
  if (cell === NO_CELL) return false;
  const low = pteLow(tables, cell);
  const needed = isWrite ? Pte.PRESENT | Pte.RW : Pte.PRESENT;
  if ((low & needed) !== needed) return false;
  const marks = isWrite ? Pte.ACCESSED | Pte.DIRTY : Pte.ACCESSED;
  if ((low & marks) !== marks) setPte(tables, cell, (low | marks) >>> 0, pteHigh(tables, cell));
  return true;
}

/** Finds the mapping under mmap_sem and lets it fault; once more if the semaphore was let go. */
function* doPageFault(
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  isWrite: boolean,
  limits: MmLimits,
): KernelThread<number> {
  const { sync } = env;
  let major = 0;
  for (let mayRetry = true; ; mayRetry = false) {
    if (sync.interleaved || !downReadTrylock(sync, mm.mmapSem, WHERE)) {
      yield* downRead(sync, mm.mmapSem, WHERE);
    }
    const found = findVma(mm, addr);
    const vma =
      found !== undefined && found.start <= addr
        ? found
        : yield* findExtendVma(env, mm, addr, limits);
    const code =
      vma === null || !isPermitted(vma, isWrite)
        ? AccessCode.SEGV
        : yield* handleMmFault(env, vma, addr, isWrite, limits, mayRetry);
    major |= code & VmFault.MAJOR;
    if (code & VmFault.RETRY) continue;
    if (sync.interleaved) yield mm.mmapSem.releasePoint;
    upReadNow(sync, mm.mmapSem, WHERE);
    return code | major;
  }
}

/** @kernel access_error in arch/x86/mm/fault.c */
const isPermitted = (vma: Vma, isWrite: boolean): boolean =>
  (vma.flags & (isWrite ? VmFlag.WRITE : ANY_ACCESS)) !== 0;

/**
 * The vma that `addr` lies in; a stack that begins above it is made to reach it.
 * @returns null when there is none, or the stack may not grow
 * @kernel find_extend_vma in mm/mmap.c
 */
export function* findExtendVma(
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  limits: MmLimits,
): KernelThread<Vma | null> {
  const vma = findVma(mm, addr);
  if (vma === undefined) return null;
  if (vma.start <= addr) return vma;
  if ((vma.flags & VmFlag.GROWSDOWN) === 0) return null;
  return (yield* expandStack(env, vma, addr, limits)) === 0 ? vma : null;
}
