/**
 * A fault under the lock of its area alone (L6): mmap_sem is not taken, so it runs beside a fork
 * that has not reached the area yet.
 *
 *    a writer has the area, or all of them     mmap_sem: the fault waits for the writer's end
 *    no area there, or it gives no access      mmap_sem: a stack may grow, a signal is certain
 *    the area's first anonymous page           mmap_sem: no anon_vma is made under an area's lock
 *    a driver's area, whose fault may sleep    mmap_sem
 */
import { hex, VmFlag } from "@forkpath/abi";
import {
  endReadPart,
  isWhollyClosed,
  type KernelThread,
  partReadPoint,
  partReleasePoint,
  type SchedulePoint,
  stopAt,
  tryReadPart,
} from "@forkpath/sync";
import { VM_ACCESS_FLAGS } from "../area/flags.ts";
import { findVma } from "../area/list.ts";
import { AREA_LOCK } from "../machine/area-lock.ts";
import { isHugeEnabled } from "../machine/huge-pmd.ts";
import { type MmEnv, type MmLimits, type MmStruct, type Vma, VmFault } from "../types.ts";
import { handleMmFault } from "./handle-mm-fault.ts";

/** In place of a fault's code: nothing was done, and no lock is held. */
export const NEEDS_MMAP_LOCK = -1;

const WHERE = "do_page_fault";

/**
 * @returns the fault's code; RETRY or NEEDS_MMAP_LOCK when it has to be taken under mmap_sem
 * @kernel lock_vma_under_rcu in mm/mmap_lock.c, and its use in arch/x86/mm/fault.c
 */
export function* faultUnderAreaLock(
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  isWrite: boolean,
  limits: MmLimits,
): KernelThread<number> {
  const { sync } = env;
  if (sync.interleaved) yield* stopAt(sync, areaPoint(mm, addr));
  const vma = lockArea(env, mm, addr, isWrite);
  if (vma === null) return NEEDS_MMAP_LOCK;
  const code = yield* handleMmFault(env, vma, addr, isWrite, limits, true);
  if (code & VmFault.RETRY) return code;
  if (sync.interleaved) yield* stopAt(sync, partReleasePoint(mm.mmapSem, AREA_LOCK));
  endReadPart(sync, mm.mmapSem, WHERE);
  return code;
}

/** Whether the area has an anon_vma by now is asked, too. */
function areaPoint(mm: MmStruct, addr: number): SchedulePoint {
  const { mmapSem } = mm;
  const point = partReadPoint(mmapSem, AREA_LOCK);
  const renew = (): SchedulePoint => {
    const vma = findVma(mm, addr);
    return { ...point, parts: [mmapSem], reads: vma === undefined ? [] : [vma], renew };
  };
  return renew();
}

/** @returns the area of `addr`, locked; null when the fault needs mmap_sem */
function lockArea(env: MmEnv, mm: MmStruct, addr: number, isWrite: boolean): Vma | null {
  const { mmapSem } = mm;
  if (isWhollyClosed(mmapSem)) return null;
  const vma = findVma(mm, addr);
  if (vma === undefined || vma.start > addr || !isPermitted(vma.flags, isWrite)) return null;
  if (mayPrepareAnonVma(env, vma, isWrite) || isSleepy(vma)) return null;
  const name = { lockClass: AREA_LOCK, field: `${AREA_LOCK} of ${hex(vma.start)}` };
  return tryReadPart(env.sync, mmapSem, vma, name, WHERE) ? vma : null;
}

/**
 * May an access of this kind be had in an area with these flags?
 * @kernel access_error in arch/x86/mm/fault.c
 */
export const isPermitted = (flags: number, isWrite: boolean): boolean =>
  (flags & (isWrite ? VmFlag.WRITE : VM_ACCESS_FLAGS)) !== 0;

/** @kernel vmf_anon_prepare in mm/memory.c */
const mayPrepareAnonVma = (env: MmEnv, vma: Vma, isWrite: boolean): boolean =>
  vma.anonVma === null &&
  (vma.flags & VmFlag.SHARED) === 0 &&
  (isWrite || (vma.ops?.fault === undefined && isHugeEnabled(env, vma)));

/** @kernel vmf_can_call_fault in mm/memory.c */
const isSleepy = ({ ops }: Vma): boolean => ops?.fault !== undefined && ops.mapsAround !== true;
