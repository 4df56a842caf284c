/**
 * What guards the entries of a pmd table, which map huge pages or lead to pte tables (L0.2, L6/6).
 *
 *    el6      page_table_lock, one of the address space
 *    v4.4     a lock of each pmd table; page_table_lock is left for the levels above
 */
import type { Rule } from "@forkpath/abi";

/** Which lock it is. */
export type PmdLocks = "of the owner" | "of each table";

export const pmdLocks: Rule<PmdLocks> = {
  decides: "what guards the entries of a pmd table",
  answers: [
    { since: "el6", does: "page_table_lock", by: "of the owner", source: "SPEC §1.1" },
    {
      since: "v4.4",
      does: "a lock of the table's own",
      by: "of each table",
      source: "L0.2",
      first: "3.13",
    },
  ],
};
