/**
 * The handler of page faults: may the program do this, and who brings the page?
 *
 *    no mapping there, or it does not permit the access     SEGV
 *    else                                                   what handleMmFault says
 *
 * A stack is found from below: a fault under its lowest page makes it longer.
 *
 * Later releases try the lock of the area alone first: fault/area-lock.ts. mmap_sem is taken in
 * halves here: every fault comes by, and below it may let the semaphore go.
 */
import { VmFlag } from "@forkpath/abi";
import {
  downRead,
  downReadTrylock,
  goesOver,
  type KernelThread,
  upRead,
  upReadNow,
  writing,
} from "@forkpath/sync";
import { expandStack } from "../area/expand-stack.ts";
import { findVma } from "../area/list.ts";
import { stopAtArea } from "../machine/areas-point.ts";
import { countFault } from "../machine/limits.ts";
import {
  type MmEnv,
  type MmLimits,
  type MmStruct,
  VM_FAULT_ERROR,
  type Vma,
  VmFault,
} from "../types.ts";
import { faultUnderAreaLock, isPermitted, NEEDS_MMAP_LOCK } from "./area-lock.ts";
import { handleMmFault } from "./handle-mm-fault.ts";

/** What an access answers besides VmFault bits. */
export const AccessCode = {
  /** The processor faulted at least once. */
  FAULTED: 0x1000,
  /** Nothing is mapped there, or not for this access: the task gets SIGSEGV. */
  SEGV: 0x2000,
} as const;

/** Bits after which the access was not done. */
export const ACCESS_ERROR: number = VM_FAULT_ERROR | AccessCode.SEGV;

const WHERE = "do_page_fault";

/**
 * Handles a fault that the processor took: finds the mapping under mmap_sem and lets it fault; once
 * more if the semaphore was let go meanwhile. The caller holds no lock. A fault that was handled
 * counts for the task of `limits`, and one that ends in a signal does not.
 * @returns VmFault bits, or SEGV
 * @kernel do_page_fault in arch/x86/mm/fault.c
 * @deviates A program may touch its stack at any distance below the stack pointer.
 */
export function* doPageFault(
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  isWrite: boolean,
  limits: MmLimits,
): KernelThread<number> {
  const { sync, rules } = env;
  let major = 0;
  if (rules.faultLock === "of the area") {
    const code = yield* faultUnderAreaLock(env, mm, addr, isWrite, limits);
    if (code !== NEEDS_MMAP_LOCK && (code & VmFault.RETRY) === 0) return ended(limits, code);
    if (code !== NEEDS_MMAP_LOCK) major |= code & VmFault.MAJOR;
  }
  for (let mayRetry = true; ; mayRetry = false) {
    if (sync.interleaved || !downReadTrylock(sync, mm.mmapSem, WHERE)) {
      yield* downRead(sync, mm.mmapSem, WHERE);
    }
    const found = findVma(mm, addr);
    const isThere = found !== undefined && found.start <= addr;
    const vma = isThere ? found : yield* extendForFault(env, mm, addr, limits);
    const code =
      vma === null || !isPermitted(vma.flags, isWrite)
        ? AccessCode.SEGV
        : yield* handleMmFault(env, vma, addr, isWrite, limits, mayRetry);
    major |= code & VmFault.MAJOR;
    if (code & VmFault.RETRY) continue;
    if (sync.interleaved && !goesOver(sync.passing, mm.mmapSem.readReleasePoint))
      yield mm.mmapSem.readReleasePoint;
    upReadNow(sync, mm.mmapSem, WHERE);
    return ended(limits, code | major);
  }
}

/** A fault that was handled counts for its task. @returns the code that the access ends with */
function ended(limits: MmLimits, code: number): number {
  if ((code & ACCESS_ERROR) === 0) countFault(limits, code);
  return code & VmFault.SIGSEGV ? AccessCode.SEGV : code;
}

/** Requires mmap_sem held for reading; it is let go for a while where a stack grows alone. */
function* extendForFault(
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  limits: MmLimits,
): KernelThread<Vma | null> {
  if (env.rules.stackGrowth === "many at once") return yield* findExtendVma(env, mm, addr, limits);
  const { sync } = env;
  if (!isBelowStack(mm, addr)) return null;
  yield* upRead(sync, mm.mmapSem, WHERE);
  yield* writing(sync, mm.mmapSem, WHERE, findExtendVma(env, mm, addr, limits));
  yield* downRead(sync, mm.mmapSem, WHERE);
  const vma = findVma(mm, addr);
  return vma !== undefined && vma.start <= addr ? vma : null;
}

function isBelowStack(mm: MmStruct, addr: number): boolean {
  const vma = findVma(mm, addr);
  return vma !== undefined && (vma.flags & VmFlag.GROWSDOWN) !== 0;
}

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
  yield* stopAtArea(env, vma);
  if (vma.start <= addr) return vma;
  if ((vma.flags & VmFlag.GROWSDOWN) === 0) return null;
  return (yield* expandStack(env, vma, addr, limits)) === 0 ? vma : null;
}
