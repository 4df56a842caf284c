/** The tables of the process that is loaded: the cell of an address, with all that is above it. */
import { virtAddr } from "@forkpath/abi";
import {
  allocPmdCell,
  allocPteCell,
  NO_CELL,
  NO_TABLE,
  pgdOffset,
  pudAlloc,
} from "@forkpath/page-table";
import { entryRow } from "@forkpath/page-table/internal";
import { invariant, runToCompletion } from "@forkpath/sync";
import type { Loading } from "./loading.ts";

type Space = Pick<Loading, "env" | "mm">;

/** The pte cell of `addr`; a table that is missing is made. */
export function pteCellOf({ env, mm }: Space, addr: number): number {
  const cell = runToCompletion(allocPteCell(env.sync, env.tables, mm, addr));
  invariant(cell !== NO_CELL, "load-table", "no request of the loader is refused");
  return cell;
}

/** The pmd cell of `addr`; a table that is missing is made. */
export function pmdCellOf({ env, mm }: Space, addr: number): number {
  const cell = runToCompletion(allocPmdCell(env.sync, env.tables, mm, addr));
  invariant(cell !== NO_CELL, "load-table", "no request of the loader is refused");
  return cell;
}

/** Makes the pud table of `addr`: a hugetlb page of 1 GiB stands in it. */
export function makePudTable({ env, mm }: Space, addr: number): void {
  const pgd = pgdOffset(mm.pgd, virtAddr(addr));
  if (entryRow(env.tables, pgd) !== NO_TABLE) return;
  runToCompletion(pudAlloc(env.sync, env.tables, mm, pgd));
}
