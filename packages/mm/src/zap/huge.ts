/** Unmapping a huge page as a whole (SPEC §2.13, zap_huge_pmd; §8.3). */
import type { Pfn } from "@forkpath/abi";
import { clearPte, pmdLockOf, pteFree } from "@forkpath/page-table";
import { countedFrames } from "@forkpath/rmap/internal";
import { holding, type KernelThread } from "@forkpath/sync";
import { withdrawTable } from "../huge/deposit.ts";
import { removeHugeRmap } from "../huge/frames.ts";
import { addHugeRss } from "../huge/page.ts";
import { waitSplitHugePage } from "../huge/split.ts";
import { hugePmdPfn, hugePmdState, isHugeZeroPmd, type PmdState } from "../machine/huge-pmd.ts";
import { stopAtMemory } from "../machine/memory-stop.ts";
import { tlbRemovePage } from "../page/mmu-gather.ts";
import type { MmEnv, MmStruct } from "../types.ts";
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
  const { mm } = gather;
  const lock = pmdLockOf(env.tables, mm, pmd);
  const unmapped = yield* holding(env.sync, lock, WHERE, unmapHugePmd(env, mm, pmd));
  if (typeof unmapped === "string") {
    const isSplitting = unmapped === "splitting";
    if (isSplitting && vma.anonVma !== null) yield* waitSplitHugePage(env, vma.anonVma);
    return false;
  }
  for (let page = 0; page < unmapped.pages; page++) {
    tlbRemovePage(env, gather, unmapped.head + page);
  }
  pteFree(env.tables, unmapped.table);
  return true;
}

/** What an unmapped pmd leaves to free: the huge page, and the table that was deposited for it. */
interface UnmappedPmd {
  readonly head: Pfn;
  /** Frames from there on that it had a reference to. */
  readonly pages: number;
  readonly table: number;
}

/** Requires page_table_lock. @returns what the pmd is if it is no huge page to be unmapped */
function* unmapHugePmd(
  env: MmEnv,
  mm: MmStruct,
  pmd: number,
): KernelThread<UnmappedPmd | PmdState> {
  const { tables } = env;
  yield* stopAtMemory(env);
  const found = hugePmdState(env, pmd);
  if (found !== "huge") return found;
  const head = hugePmdPfn(env, pmd);
  const isZero = isHugeZeroPmd(env, pmd);
  const table = withdrawTable(mm);
  clearPte(tables, pmd);
  yield* stopAtMemory(env);
  mm.nrPtes--;
  if (isZero) return { head, pages: 0, table };
  removeHugeRmap(env, head);
  yield* addHugeRss(env, mm, -1);
  return { head, pages: countedFrames(env.map, head), table };
}
