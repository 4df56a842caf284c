/**
 * The handler of page faults: may the program do this, and who brings the page?
 *
 *    no mapping there, or it does not permit the access     SEGV
 *    else                                                   what handleMmFault says
 *
 * A stack is found from below: a fault under its lowest page makes it longer.
 *
 * mmap_sem is taken in halves here: every fault comes by, and below it may let the semaphore go.
 */
import { VmFlag } from "@forkpath/abi";
import { downRead, downReadTrylock, type KernelThread, upReadNow } from "@forkpath/sync";
import { expandStack } from "../area/expand-stack.ts";
import { findVma } from "../area/list.ts";
import { countFault } from "../machine/limits.ts";
import {
  type MmEnv,
  type MmLimits,
  type MmStruct,
  VM_FAULT_ERROR,
  type Vma,
  VmFault,
} from "../types.ts";
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
const ANY_ACCESS = VmFlag.READ | VmFlag.WRITE | VmFlag.EXEC;

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
    if (sync.interleaved) yield mm.mmapSem.readReleasePoint;
    upReadNow(sync, mm.mmapSem, WHERE);
    if ((code & ACCESS_ERROR) === 0) countFault(limits, code | major);
    return code & VmFault.SIGSEGV ? AccessCode.SEGV : code | major;
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
