/**
 * fork of a huge page (SPEC §2.13, copy_huge_pmd): the whole of it is shared, read-only on both
 * sides.
 *
 *              parent                   child
 *    before    H    A 512               -                     count 1, mapcount 1
 *    after     h    A 512               h old   A 512         count 2, mapcount 2
 *                                       and a table deposited: nr_ptes + 1
 */
import { Errno } from "@forkpath/abi";
import {
  NO_TABLE,
  Pte,
  pteAllocOne,
  pteFree,
  pteHigh,
  pteLow,
  ptepSetWrprotect,
  setPte,
} from "@forkpath/page-table";
import { type AnonVma, getPage, pageDupRmap } from "@forkpath/rmap";
import { type KernelThread, spinLock, spinUnlockStep } from "@forkpath/sync";
import { depositTable } from "../huge/deposit.ts";
import { addHugeRss } from "../huge/page.ts";
import { waitSplitHugePage } from "../huge/split.ts";
import { hugePmdPfn, isHugePmd, isSplittingPmd } from "../machine/huge-pmd.ts";
import type { MmEnv } from "../types.ts";
import type { CopyRun } from "./run.ts";

const WHERE = "copy_huge_pmd";

/**
 * Copies a huge pmd of the parent to the child.
 * @returns 0; -ENOMEM; -EAGAIN when it is not huge any more, and its entries are to be copied
 * @kernel copy_huge_pmd in mm/huge_memory.c
 */
export function* copyHugePmd(
  env: MmEnv,
  run: CopyRun,
  dstPmd: number,
  srcPmd: number,
): KernelThread<number> {
  const { sync, tables } = env;
  const { dst, src } = run;
  const table = yield* pteAllocOne(sync, tables, dst);
  if (table === NO_TABLE) return -Errno.ENOMEM;
  yield* spinLock(sync, dst.pageTableLock, WHERE);
  yield* spinLock(sync, src.pageTableLock, WHERE, 1);
  if (sync.interleaved) yield env.ptePoint;
  const isSplitting = isHugePmd(env, srcPmd) && isSplittingPmd(env, srcPmd);
  const isCopied = isHugePmd(env, srcPmd) && !isSplitting;
  if (isCopied) {
    yield* sharePage(env, run, dstPmd, srcPmd);
    depositTable(dst, table);
    dst.nrPtes++;
  }
  yield* spinUnlockStep(sync, src.pageTableLock, WHERE);
  yield* spinUnlockStep(sync, dst.pageTableLock, WHERE);
  if (isCopied) return 0;
  pteFree(tables, table);
  // Every area that maps a huge page has an anon_vma, and rmap made it.
  if (isSplitting) yield* waitSplitHugePage(env, run.anonVma as AnonVma);
  return -Errno.EAGAIN;
}

function* sharePage(
  env: MmEnv,
  { dst }: CopyRun,
  dstPmd: number,
  srcPmd: number,
): KernelThread<void> {
  const { sync, tables, map } = env;
  const head = hugePmdPfn(env, srcPmd);
  getPage(map, head);
  pageDupRmap(map, head);
  yield* addHugeRss(env, dst, 1);
  if (sync.interleaved) yield env.ptePoint;
  ptepSetWrprotect(tables, srcPmd);
  const low = (pteLow(tables, srcPmd) & ~Pte.ACCESSED) >>> 0;
  setPte(tables, dstPmd, low, pteHigh(tables, srcPmd));
}
