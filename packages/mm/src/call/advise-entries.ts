/** Walking the entries of an advised range, table by table, each under its lock. */
import { PAGE_SIZE } from "@forkpath/abi";
import { ptlOf } from "@forkpath/page-table";
import { holding, type KernelThread } from "@forkpath/sync";
import { splitHugeRange } from "../huge/range.ts";
import { nextPteSpan, type PteSpan } from "../machine/pte-walk.ts";
import type { MmEnv, Vma } from "../types.ts";

/** Looks at one entry, whose table is locked. */
export type AdviseEntry = (cell: number, addr: number) => void;

/**
 * Asks `advise` about each entry of [start, end) that has a table; huge pages are split before.
 * @kernel walk_page_range_vma in mm/pagewalk.c
 */
export function* adviseEntries(
  env: MmEnv,
  { mm }: Vma,
  start: number,
  end: number,
  where: string,
  advise: AdviseEntry,
): KernelThread<void> {
  yield* splitHugeRange(env, mm, start, end);
  for (let at = start; at < end; ) {
    const span = nextPteSpan(env, mm.pgd, at, end);
    if (span === null) return;
    const ptl = ptlOf(env.tables, mm, span.row);
    yield* holding(env.sync, ptl, where, adviseSpan(env, span, advise));
    at = span.end;
  }
}

function* adviseSpan(env: MmEnv, span: PteSpan, advise: AdviseEntry): KernelThread<void> {
  if (env.sync.interleaved) yield env.ptePoint;
  for (let cell = span.cell; cell < span.endCell; cell++) {
    advise(cell, span.start + (cell - span.cell) * PAGE_SIZE);
  }
}
