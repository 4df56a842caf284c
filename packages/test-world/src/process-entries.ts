/** Entries of a process's mapping as values (process.ts). */
import { PAGE_SIZE, virtAddr } from "@forkpath/abi";
import { findPteCell, NO_CELL, peekEntry, pokeEntry } from "@forkpath/page-table";
import type { Process } from "./process-looks.ts";

function cellOf({ env, mm, vma }: Process, page: number): number {
  return findPteCell(env.tables, mm.pgd, virtAddr(vma.start + page * PAGE_SIZE));
}

/** The entry as one value; 0 also where there is no table. */
export const entry = (process: Process, page: number): bigint => {
  const cell = cellOf(process, page);
  return cell === NO_CELL ? 0n : peekEntry(process.env.tables, cell);
};

/** Changes the entry of a page that has a table already. */
export const setEntry = (process: Process, page: number, value: bigint): void =>
  pokeEntry(process.env.tables, cellOf(process, page), value);
