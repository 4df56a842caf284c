/** What smaps and smaps_rollup would say of any process of a machine. */
import type { MmEnv, MmStruct } from "@forkpath/mm";
import { areaRows } from "./area-rows.ts";
import { addRows, noRows, printedRows, type Rows } from "./rows.ts";

/** The figures of one process, in kB. */
export interface ProcessRows {
  /** By area, in the order of addresses. */
  readonly areas: readonly Rows[];
  /** Of all areas, added up before shares are cut off. */
  readonly rollup: Rows;
}

/**
 * Reads the page tables of `mm` once.
 * @kernel smap_gather_stats in fs/proc/task_mmu.c
 */
export function processRows(env: MmEnv, mm: MmStruct): ProcessRows {
  const raw = areaRows(env, mm);
  const total = noRows();
  for (const rows of raw) addRows(total, rows);
  return { areas: raw.map(printedRows), rollup: printedRows(total) };
}
