/**
 * One access of a program to its memory: what the processor does, and the fault handler when the
 * processor cannot.
 *
 *    the entry allows it      accessed bit set, and dirty for a write; no fault
 *    else                     doPageFault, and once more from the start
 */
import { expectAligned, expectInteger, PAGE_SIZE, USER_END, virtAddr } from "@forkpath/abi";
import { findPteCell, NO_CELL, Pte, pfnAt, pteHigh, pteLow, setPte } from "@forkpath/page-table";
import { type KernelThread, stopAt } from "@forkpath/sync";
import { accessHugePage, fillPage } from "../machine/huge-pmd.ts";
import { NO_LIMITS } from "../machine/limits.ts";
import { accessPoint } from "../machine/memory-point.ts";
import { type MmEnv, type MmLimits, type MmStruct, ThpMode } from "../types.ts";
import { touchAnonymousRun } from "./anonymous-run.ts";
import { ACCESS_ERROR, AccessCode, doPageFault } from "./page-fault.ts";

/**
 * Reads or writes the byte at `addr` as a program would.
 * @param limits of the task: its stack may grow, and its faults count
 * @returns VmFault and AccessCode bits; the access was done unless ACCESS_ERROR has one of them
 * @throws RangeError or TypeError unless `addr` is an integer below 2^47
 * @modelOnly the processor, and what it calls
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
    if (env.sync.interleaved)
      yield* stopAt(
        env.sync,
        accessPoint(env, mm, addr, () => leavesMarks(env, mm, addr, isWrite)),
      );
    if (accessMemory(env, mm, addr, isWrite)) return code;
    code |= AccessCode.FAULTED | (yield* doPageFault(env, mm, addr, isWrite, limits));
    if (code & ACCESS_ERROR) return code;
  }
}

/**
 * Touches `pages` pages from `start` on, in order.
 * @returns the codes of all of them, or-ed; it ends at the first that was not done
 * @throws RangeError or TypeError unless the range is page-aligned and below 2^47
 * @modelOnly a program's loop
 * @example
 * ```ts
 * import { MapFlag, Prot } from "@forkpath/abi";
 * import { createMmEnv, drawEntries, mmAlloc, sysMmap, touchRange } from "@forkpath/mm";
 * import { runToCompletion as run } from "@forkpath/sync";
 * const env = createMmEnv({ memoryPages: 1024 });
 * const mm = run(mmAlloc(env, null))!;
 * const flags = MapFlag.PRIVATE | MapFlag.ANONYMOUS;
 * const addr = run(sysMmap(env, mm, { len: 16384, prot: Prot.READ | Prot.WRITE, flags }));
 * run(touchRange(env, mm, addr, 2, true));
 * console.log(drawEntries(env, mm, addr, 4)); // W W - -
 * ```
 */
export function* touchRange(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  pages: number,
  isWrite: boolean,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  expectAligned("touchRange", "start", start, PAGE_SIZE);
  expectInteger("touchRange", "pages", pages, 0, (USER_END - start) / PAGE_SIZE);
  const end = start + pages * PAGE_SIZE;
  let code = 0;
  for (let addr = start; addr < end && (code & ACCESS_ERROR) === 0; ) {
    const run = isWrite ? touchAnonymousRun(env, mm, addr, (end - addr) / PAGE_SIZE) : 0;
    if (run > 0) {
      if (limits.faults !== null) limits.faults.minFlt += run;
      code |= AccessCode.FAULTED;
      addr += run * PAGE_SIZE;
    } else {
      code |= yield* touch(env, mm, addr, isWrite, limits);
      addr += PAGE_SIZE;
    }
  }
  return code;
}

/** Whether an access would change the entry, or might. */
function leavesMarks(env: MmEnv, mm: MmStruct, addr: number, isWrite: boolean): boolean {
  const cell = findPteCell(env.tables, mm.pgd, virtAddr(addr));
  if (cell === NO_CELL) return env.thp !== ThpMode.NEVER;
  const low = pteLow(env.tables, cell);
  if (isRefused(low, isWrite)) return false;
  return (isWrite && env.map.folios.size > 0) || (low & marksOf(isWrite)) !== marksOf(isWrite);
}

const isRefused = (low: number, isWrite: boolean): boolean => {
  const needed = isWrite ? Pte.PRESENT | Pte.RW : Pte.PRESENT;
  return (low & needed) !== needed;
};

const marksOf = (isWrite: boolean): number => (isWrite ? Pte.ACCESSED | Pte.DIRTY : Pte.ACCESSED);

/**
 * The processor's part: walks the tables, and marks the entry if it lets the access be.
 * @returns false when the access faults
 * @modelOnly the MMU
 */
function accessMemory(env: MmEnv, mm: MmStruct, addr: number, isWrite: boolean): boolean {
  const { tables } = env;
  const cell = findPteCell(tables, mm.pgd, virtAddr(addr));
  if (cell === NO_CELL) return env.thp !== ThpMode.NEVER && accessHugePage(env, mm, addr, isWrite);
  const low = pteLow(tables, cell);
  if (isRefused(low, isWrite)) return false;
  const marks = marksOf(isWrite);
  if ((low & marks) !== marks) setPte(tables, cell, (low | marks) >>> 0, pteHigh(tables, cell));
  if (isWrite && env.map.folios.size > 0) fillPage(env, pfnAt(tables, cell));
  return true;
}
