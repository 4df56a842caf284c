/**
 * Deposited pte tables: each huge pmd has one laid by, so that a split needs no memory (SPEC §2.13,
 * "Deposit list").
 *
 *                          current
 *    deposit A, B, C       A  B [C]        a new one goes in behind the current, and becomes it
 *    withdraw C            B [A]           the one behind it becomes current: A, around the ring
 *    withdraw A           [B]
 *
 * The ring is an array whose last member is current, and the one behind it is the first.
 */
import { InvariantError } from "@forkpath/sync";
import type { MmStruct } from "../types.ts";

/**
 * Lays a table by. Requires page_table_lock; counting it in nr_ptes is the caller's part.
 * @kernel prepare_pmd_huge_pte in mm/huge_memory.c
 */
export function depositTable(mm: MmStruct, row: number): void {
  mm.pmdHugePte.push(row);
}

/**
 * Takes the current table. Requires page_table_lock.
 * @throws InvariantError when there is none: there are as many as huge pmds (SPEC I8)
 * @kernel get_pmd_huge_pte in mm/huge_memory.c
 */
export function withdrawTable({ name, pmdHugePte: ring }: MmStruct): number {
  const current = ring.pop();
  if (current === undefined) {
    throw new InvariantError("huge-pmd-deposit", `${name} has a huge pmd, but no deposited table`);
  }
  const successor = ring.shift();
  if (successor !== undefined) ring.push(successor);
  return current;
}
