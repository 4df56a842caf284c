/** Unmapping a huge page as a whole (SPEC §2.13, zap_huge_pmd; §8.3). */
import { clearPte, pteFree } from "@forkpath/page-table";
import { pageRemoveRmap } from "@forkpath/rmap";
import { type KernelThread, spinLock, spinUnlockStep } from "@forkpath/sync";
import { withdrawTable } from "../huge/deposit.ts";
import { addHugeRss } from "../huge/page.ts";
import { waitSplitHugePage } from "../huge/split.ts";
import { hugePmdPfn, isHugePmd, isSplittingPmd } from "../machine/huge-pmd.ts";
import { tlbRemovePage } from "../page/mmu-gather.ts";
import type { MmEnv } from "../types.ts";
import type { ZapRun } from "./run.ts";

const WHERE = "zap_huge_pmd";

/**
 * Unmaps the huge page, and frees a deposited table. Whether it was dirty or young is forgotten.
 * @returns false when the pmd is not huge, or not any more: its entries are to be zapped
 * @kernel zap_huge_pmd in mm/huge_memory.c
 */
export function* zapHugePmd(
  env: MmEnv,
  { gather, vma }: ZapRun,
  pmd: number,
): KernelThread<boolean> {
  const { sync, tables } = env;
  const { mm } = gather;
  yield* spinLock(sync, mm.pageTableLock, WHERE);
  if (sync.interleaved) yield env.ptePoint;
  const isHuge = isHugePmd(env, pmd);
  if (!isHuge || isSplittingPmd(env, pmd)) {
    yield* spinUnlockStep(sync, mm.pageTableLock, WHERE);
    if (isHuge && vma.anonVma !== null) yield* waitSplitHugePage(env, vma.anonVma);
    return false;
  }
  const head = hugePmdPfn(env, pmd);
  const table = withdrawTable(mm);
  clearPte(tables, pmd);
  if (sync.interleaved) yield env.ptePoint;
  pageRemoveRmap(env.map, head);
  yield* addHugeRss(env, mm, -1);
  mm.nrPtes--;
  yield* spinUnlockStep(sync, mm.pageTableLock, WHERE);
  tlbRemovePage(env, gather, head);
  pteFree(tables, table);
  return true;
}
