/**
 * Which tables VmPTE counts (SPEC §10.1, L13). The top table counts nowhere.
 *
 *    el6      pte tables
 *    rhel8    those of all levels but the top one
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import type { ProcRules } from "./types.ts";

export const statusTables: Rule<ProcRules["statusTables"]> = {
  decides: "which tables VmPTE counts",
  answers: [
    { since: "el6", does: "pte tables", by: ({ nrPtes }) => nrPtes, source: "SPEC §10.1" },
    {
      since: "rhel8",
      does: "pte, pmd and pud tables",
      by: ({ nrPtes, nrPmds, nrPuds }) => nrPtes + nrPmds + nrPuds,
      source: "L13/1",
      first: "4.15",
    },
  ],
  read: M26_COLUMNS,
};
