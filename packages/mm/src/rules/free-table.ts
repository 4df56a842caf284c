/**
 * When MADV_DONTNEED takes a pte table away with what it mapped (L22/4): before v6.14 never, since
 * then when one call covers all of the table.
 */
import { M26_COLUMNS, PMD_SIZE, type Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

type MayFreeTable = MmRules["mayFreeTable"];

export const mayFreeTable: Rule<MayFreeTable> = {
  decides: "when DONTNEED takes a table away",
  answers: [
    { since: "el6", does: "never", by: () => false, source: "SPEC §8.3" },
    {
      since: "v6.18",
      does: "when it covers all of it",
      by: (bytes) => bytes === PMD_SIZE,
      source: "L22/4",
      first: "6.14",
    },
  ],
  read: M26_COLUMNS,
};
