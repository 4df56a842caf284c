/** mremap of a huge page: it moves as a whole where it can, and is split where not (SPEC §2.14). */
import { PMD_SIZE } from "@forkpath/abi";
import {
  allocPmdCell,
  clearPte,
  isPteNone,
  NO_CELL,
  pmdLockOf,
  pteHigh,
  pteLow,
  setPte,
} from "@forkpath/page-table";
import { holding, type KernelThread } from "@forkpath/sync";
import { splitHugePagePmd } from "../huge/split.ts";
import { findHugePmd, isSplittingPmd, pmdLockAt } from "../machine/huge-pmd.ts";
import { stopAtMemory } from "../machine/memory-stop.ts";
import type { MmEnv, MmStruct } from "../types.ts";

/**
 * Moves the huge page at `from` to `to`, or splits it. Requires mmap_sem held for writing.
 * @param isWhole all of it is to move
 * @returns false when its entries have to be moved one by one, or it is gone
 * @kernel move_huge_pmd in mm/huge_memory.c, with what move_page_tables does around it
 */
export function* moveHugePage(
  env: MmEnv,
  mm: MmStruct,
  from: number,
  to: number,
  isWhole: boolean,
): KernelThread<boolean> {
  const { sync, tables } = env;
  const mayMove = isWhole && to % PMD_SIZE === 0;
  const target = mayMove ? yield* allocPmdCell(sync, tables, mm, to) : NO_CELL;
  if (target !== NO_CELL && isPteNone(pteLow(tables, target), pteHigh(tables, target))) {
    if (yield* moveUnderLocks(env, mm, from, target)) return true;
  }
  const pmd = findHugePmd(env, mm, from);
  if (pmd !== NO_CELL) yield* splitHugePagePmd(env, mm, pmd);
  return false;
}

/** Two pmd tables may have a lock each. Requires an empty target. */
function moveUnderLocks(
  env: MmEnv,
  mm: MmStruct,
  from: number,
  target: number,
): KernelThread<boolean> {
  const move = moveHugePmd(env, mm, from, target);
  const [oldLock, newLock] = [pmdLockAt(env, mm, from), pmdLockOf(env.tables, mm, target)];
  const nested = oldLock === newLock ? move : holding(env.sync, newLock, "move_huge_pmd", move, 1);
  return holding(env.sync, oldLock, "move_huge_pmd", nested);
}

/** Requires an empty target and both pmds' locks. @returns false when there is none to move */
function* moveHugePmd(
  env: MmEnv,
  mm: MmStruct,
  from: number,
  target: number,
): KernelThread<boolean> {
  const { tables } = env;
  yield* stopAtMemory(env);
  const pmd = findHugePmd(env, mm, from);
  if (pmd === NO_CELL || isSplittingPmd(env, pmd)) return false;
  setPte(tables, target, pteLow(tables, pmd), pteHigh(tables, pmd));
  clearPte(tables, pmd);
  return true;
}
