/** What the model itself costs its host. */
import { PAGE_SIZE } from "@forkpath/abi";
import { memoryBytes } from "@forkpath/rmap/internal";
import type { Machine } from "./machine.ts";

/**
 * Bytes of struct pages and of page tables in use. What a chunk of the table pool has to spare is
 * not counted: the host gives no memory for it.
 * @modelOnly measures the model
 */
export function modelBytes({ machine: { mm } }: { readonly machine: Machine }): number {
  const tables = mm.tables.liveTables.reduce((sum, live) => sum + live, 0);
  return memoryBytes(mm.map) + tables * PAGE_SIZE;
}
