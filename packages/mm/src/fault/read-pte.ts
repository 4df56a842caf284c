/** The entry that a read of a file's page gets. */
import type { Pfn } from "@forkpath/abi";
import { isPteWrite, mkPteHigh, mkPteLow, pteMkdirty, setPte } from "@forkpath/page-table";
import { PageFlag } from "@forkpath/rmap";
import type { MmEnv, Vma } from "../types.ts";

/**
 * Stores it: as the area allows, and so writable in shared memory that nobody wants to be told of.
 * @kernel set_pte_range in mm/memory.c
 */
export function storeReadPte(env: MmEnv, vma: Vma, cell: number, page: Pfn): void {
  const low = mkPteLow(page, vma.pageProtLow);
  const isDirty =
    env.rules.mapsDirty && isPteWrite(low) && (env.map.flags[page] & PageFlag.DIRTY) !== 0;
  setPte(env.tables, cell, isDirty ? pteMkdirty(low) : low, mkPteHigh(page, vma.pageProtHigh));
}
