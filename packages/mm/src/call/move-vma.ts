/**
 * mremap moves a mapping: a second area, the entries carried over, the first one unmapped.
 *
 *    before    [ old ]
 *    between   [ old ]  [ new ]     total_vm counts both, and munmap sees that as a peak
 *    after              [ new ]     the peak of before is put back (D16/e)
 *
 * The charge moves along: the old range is unmapped as if it had never been charged.
 */
import { Errno, PAGE_SIZE, VmFlag, withoutVmFlag, withVmFlag } from "@forkpath/abi";
import { getMmCounter, MmCounter, setMmCounter } from "@forkpath/counters";
import { anonVmaClone, unlinkAnonVmas } from "@forkpath/rmap";
import type { KernelThread } from "@forkpath/sync";
import { allocVma, copyVmaStruct, findVma, linkVma, nextVma, vmaPages } from "../area/list.ts";
import { vmaMerge } from "../area/merge.ts";
import { vmUnacctSteps } from "../machine/commit-point.ts";
import { mayHaveAreas } from "../machine/limits.ts";
import { stopToMark } from "../machine/memory-stop.ts";
import { addTotalVm, vmStatAccount } from "../machine/vm-stat.ts";
import { getVmaFile } from "../page/file-refs.ts";
import type { MmEnv, MmLimits, Vma } from "../types.ts";
import { mlockVmaPagesRange } from "./mlock.ts";
import { movePageTables } from "./move-page-tables.ts";
import { doMunmap } from "./munmap.ts";

/** From where to where; bytes, page-aligned. */
export interface Move {
  readonly addr: number;
  readonly oldLen: number;
  readonly newAddr: number;
  readonly newLen: number;
  /** Only the pages move: their old place stays mapped, empty. */
  readonly stays: boolean;
}

/** A move may split three times: at both ends of the old range, and for the new one. */
const AREAS_NEEDED = 3;

/**
 * Moves a part of `vma`, or all of it. Requires mmap_sem held for writing.
 * @param limits of the caller, for whom the faults of a locked area count
 * @returns the new address in bytes; -ENOMEM with everything where it was
 * @kernel move_vma in mm/mremap.c
 * @deviates KSM pages are not un-merged first: this model has none.
 */
export function* moveVma(env: MmEnv, vma: Vma, move: Move, limits: MmLimits): KernelThread<number> {
  const { mm } = vma;
  const { addr, oldLen, newAddr, newLen } = move;
  if (!mayHaveAreas(env, mm, AREAS_NEEDED + 1)) return -Errno.ENOMEM;
  const copy = yield* copyVma(env, vma, move);
  // The copy may have merged with the very area that it was taken from.
  const source = findVma(mm, addr);
  if (copy === null || source === undefined) return -Errno.ENOMEM;
  const isLocked = (source.flags & VmFlag.LOCKED) !== 0;
  const moved = yield* movePageTables(env, source, addr, copy, newAddr, oldLen);
  if (moved === oldLen && move.stays) {
    yield* leaveEmpty(env, source, move, copy);
    return newAddr;
  }
  if (moved === oldLen) {
    yield* dropRange(env, source, addr, oldLen, newLen);
    if (isLocked) {
      mm.lockedVm += newLen / PAGE_SIZE;
      if (newLen > oldLen) yield* fillGrown(env, copy, newAddr + oldLen, newAddr + newLen, limits);
    }
    return newAddr;
  }
  // Back with what came over: no table is missing there.
  yield* movePageTables(env, copy, newAddr, source, addr, moved);
  yield* dropRange(env, copy, newAddr, newLen, newLen);
  if (isLocked) mm.lockedVm += newLen / PAGE_SIZE;
  return -Errno.ENOMEM;
}

/** An area that took in its own copy is in two parts now: the end of the range is in the upper. */
const fillGrown = (
  env: MmEnv,
  copy: Vma,
  start: number,
  end: number,
  limits: MmLimits,
): KernelThread<boolean> =>
  mlockVmaPagesRange(env, findVma(copy.mm, start) ?? copy, start, end, limits);

/**
 * An area at the new address: a neighbour there that takes it in, or a copy of `vma`.
 * @returns null when memory is short
 * @kernel copy_vma in mm/mmap.c
 */
function* copyVma(env: MmEnv, vma: Vma, move: Move): KernelThread<Vma | null> {
  const { mm, file, flags, anonVma } = vma;
  const start = move.newAddr;
  const end = start + move.newLen;
  // Without pages, anonymous memory has no offset to keep.
  const isUntouched = file === null && anonVma === null;
  const kept = vma.pgoff + (move.addr - vma.start) / PAGE_SIZE;
  const pgoff = isUntouched ? start / PAGE_SIZE : kept;
  const merged = yield* vmaMerge(env, mm, { start, end, flags, pgoff, file, links: vma });
  if (merged !== null) return merged;
  if (!(yield* allocVma(env))) return null;
  const copy = copyVmaStruct(vma, { start, end, pgoff });
  if ((yield* anonVmaClone(env.sync, env.anonVmas, copy, vma)) !== 0) return null;
  getVmaFile(env, copy);
  copy.ops?.open?.(copy);
  yield* linkVma(env, copy);
  return copy;
}

/**
 * Unmaps one of the two ranges as if it had never been charged: the other one keeps the charge.
 * What `vma` has beside the range stays charged.
 * @kernel the end of move_vma in mm/mremap.c
 */
function* dropRange(
  env: MmEnv,
  vma: Vma,
  addr: number,
  len: number,
  newLen: number,
): KernelThread<void> {
  const { sync } = env;
  const { mm } = vma;
  const isCharged = (vma.flags & VmFlag.ACCOUNT) !== 0;
  const restPages = isCharged ? vmaPages(vma) - len / PAGE_SIZE : 0;
  const isInside = addr > vma.start && addr + len < vma.end;
  vma.flags = withoutVmFlag(vma.flags, VmFlag.ACCOUNT);
  const peak = yield* getMmCounter(sync, mm.counters, MmCounter.HIWATER_VM);
  yield* addTotalVm(sync, mm, newLen / PAGE_SIZE);
  yield* vmStatAccount(env, mm, vma.flags, vma.file !== null, newLen / PAGE_SIZE);
  const status = yield* doMunmap(env, mm, addr, len);
  yield* setMmCounter(sync, mm.counters, MmCounter.HIWATER_VM, peak);
  if (restPages === 0) return;
  if (status !== 0) {
    yield* vmUnacctSteps(env, restPages);
    return;
  }
  chargeAgain(vma);
  const upper = isInside ? nextVma(vma) : undefined;
  if (upper !== undefined) chargeAgain(upper);
}

/**
 * The old range stays, and what it keeps is counted beside what the new one has. It is not locked,
 * and needs its anon_vma no more.
 * @kernel the MREMAP_DONTUNMAP part of move_vma in mm/mremap.c
 */
function* leaveEmpty(env: MmEnv, vma: Vma, move: Move, copy: Vma): KernelThread<void> {
  const { sync, rules } = env;
  const { addr, oldLen, newLen } = move;
  yield* addTotalVm(sync, vma.mm, newLen / PAGE_SIZE);
  yield* vmStatAccount(env, vma.mm, vma.flags, vma.file !== null, newLen / PAGE_SIZE);
  if (rules.mremap.locksTwice && vma.flags & VmFlag.LOCKED) vma.mm.lockedVm += newLen / PAGE_SIZE;
  yield* stopToMark(env, vma.mm);
  vma.flags = rules.lockedFlags(vma.flags, "unlock");
  if (vma === copy || vma.start !== addr || vma.end !== addr + oldLen) return;
  yield* unlinkAnonVmas(sync, env.anonVmas, vma);
  vma.anonVma = null;
}

function chargeAgain(vma: Vma): void {
  vma.flags = withVmFlag(vma.flags, VmFlag.ACCOUNT);
}
