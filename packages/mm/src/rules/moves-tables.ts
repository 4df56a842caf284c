/**
 * Does mremap move a pte table as a whole, where both ends begin with one (L23/2)? It shows where
 * the old range stays: its table is gone, or is left there, empty.
 */
import type { Rule } from "@forkpath/abi";

export const movesTables: Rule<boolean> = {
  decides: "whether mremap moves whole pte tables",
  answers: [
    { since: "el6", does: "no: entry by entry", by: false, source: "SPEC §2.14" },
    { since: "v5.4", does: "yes", by: true, source: "L23/2", first: "5.0" },
  ],
};

/**
 * What mremap makes at the new place before it looks for pages at the old one. It shows where
 * nothing was touched, or the old range stays: VmPTE is one table higher.
 */
export const makesPudTable: Rule<boolean> = {
  decides: "whether mremap makes the new place's pud table for a pmd table, pages or none",
  answers: [
    { since: "el6", does: "no: only for a pte table", by: false, source: "SPEC §2.14" },
    { since: "v6.18", does: "yes", by: true, source: "recorded: live 6.18.44" },
  ],
};
