/** Walking the entries of an advised range, table by table, each under its lock. */
import { PAGE_SIZE, PMD_SIZE } from "@forkpath/abi";
import { NO_CELL, pmdLockOf, ptlOf } from "@forkpath/page-table";
import { holding, type KernelThread } from "@forkpath/sync";
import { hugePagesWithin } from "../huge/range.ts";
import { splitHugePagePmd } from "../huge/split.ts";
import { findHugePmd } from "../machine/huge-pmd.ts";
import { memoryStep } from "../machine/memory-step.ts";
import { stopAtMemory } from "../machine/memory-stop.ts";
import { nextPteSpan, type PteSpan } from "../machine/pte-walk.ts";
import type { MmEnv, Vma } from "../types.ts";

/** Looks at one entry, whose table is locked. */
export type AdviseEntry = (cell: number, addr: number) => void;

/**
 * Looks at a pmd that maps a huge page.
 * @param isWhole whether the range holds all of it
 * @returns whether it may stay one
 */
export type AdviseHugePmd = (pmd: number, isWhole: boolean) => boolean;

/**
 * Asks `advise` about each entry of [start, end) that has a table; huge pages are cut before,
 * unless `adviseHuge` lets them stay.
 * @kernel walk_page_range_vma in mm/pagewalk.c
 */
export function* adviseEntries(
  env: MmEnv,
  { mm }: Vma,
  start: number,
  end: number,
  where: string,
  advise: AdviseEntry,
  adviseHuge: AdviseHugePmd | null = null,
): KernelThread<void> {
  for (const addr of hugePagesWithin(env, mm, start, end)) {
    const pmd = findHugePmd(env, mm, addr);
    if (pmd === NO_CELL) continue;
    const isWhole = addr >= start && addr + PMD_SIZE <= end;
    const ask = memoryStep(env, () => adviseHuge?.(pmd, isWhole) === true);
    const stays = yield* holding(env.sync, pmdLockOf(env.tables, mm, pmd), where, ask);
    if (!stays) yield* splitHugePagePmd(env, mm, pmd);
  }
  for (let at = start; at < end; ) {
    const span = nextPteSpan(env, mm.pgd, at, end);
    if (span === null) return;
    const ptl = ptlOf(env.tables, mm, span.row);
    yield* holding(env.sync, ptl, where, adviseSpan(env, span, advise));
    at = span.end;
  }
}

function* adviseSpan(env: MmEnv, span: PteSpan, advise: AdviseEntry): KernelThread<void> {
  yield* stopAtMemory(env);
  for (let cell = span.cell; cell < span.endCell; cell++) {
    advise(cell, span.start + (cell - span.cell) * PAGE_SIZE);
  }
}
