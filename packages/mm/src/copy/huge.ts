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
  pmdLockOf,
  pteAllocOne,
  pteFree,
  pteHigh,
  pteLow,
  ptepSetWrprotect,
  setPte,
} from "@forkpath/page-table";
import type { AnonVma } from "@forkpath/rmap";
import { holding, type KernelThread } from "@forkpath/sync";
import { cutHugePmd } from "../huge/cut.ts";
import { depositTable } from "../huge/deposit.ts";
import { dupHugeRmap, isHugePagePinned } from "../huge/frames.ts";
import { addHugeRss } from "../huge/page.ts";
import { waitSplitHugePage } from "../huge/split.ts";
import { hugePmdPfn, hugePmdState, isHugeZeroPmd, type PmdState } from "../machine/huge-pmd.ts";
import { stopAtMemory } from "../machine/memory-stop.ts";
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
  const share = sharePage(env, run, dstPmd, srcPmd, table);
  const underSrc = holding(sync, pmdLockOf(tables, src, srcPmd), WHERE, share, 1);
  const found = yield* holding(sync, pmdLockOf(tables, dst, dstPmd), WHERE, underSrc);
  if (found === "huge") return 0;
  pteFree(tables, table);
  // Every area that maps a huge page has an anon_vma, and rmap made it.
  if (found === "pinned") yield* cutHugePmd(env, src, srcPmd);
  if (found === "splitting") yield* waitSplitHugePage(env, run.anonVma as AnonVma);
  return -Errno.EAGAIN;
}

/**
 * Requires both locks.
 * @returns what the parent's pmd was, shared only if huge; or `pinned` where direct I/O may hold a
 *   part of the page, so that its pages are copied one by one
 */
function* sharePage(
  env: MmEnv,
  { dst, src }: CopyRun,
  dstPmd: number,
  srcPmd: number,
  table: number,
): KernelThread<PmdState | "pinned"> {
  const { tables } = env;
  yield* stopAtMemory(env);
  const found = hugePmdState(env, srcPmd);
  if (found !== "huge") return found;
  const head = hugePmdPfn(env, srcPmd);
  if (!isHugeZeroPmd(env, srcPmd)) {
    if (isHugePagePinned(env, src, head)) return "pinned";
    dupHugeRmap(env, head);
    yield* addHugeRss(env, dst, 1);
  }
  yield* stopAtMemory(env);
  ptepSetWrprotect(tables, srcPmd);
  const low = (pteLow(tables, srcPmd) & ~Pte.ACCESSED) >>> 0;
  setPte(tables, dstPmd, low, pteHigh(tables, srcPmd));
  depositTable(dst, table);
  dst.nrPtes++;
  return found;
}
