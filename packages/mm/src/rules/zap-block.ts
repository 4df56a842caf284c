/**
 * How much one hold of a table's lock may unmap before it is let go (SPEC §8.3, L19/4).
 *
 *    el6      1024 pages, 8 with PREEMPT; an empty entry counts as a 4096th of a page
 *    v3.10    the whole table: so what leaves is counted once for each table of an area
 */
import type { Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

/** What a page costs of the budget. */
const PAGE_COST = 4096;

export const zapBlock: Rule<MmRules["zapBlock"]> = {
  decides: "how much is unmapped before others may run",
  answers: [
    {
      since: "el6",
      does: "1024 pages, 8 with PREEMPT",
      by: { voluntary: 1024 * PAGE_COST, preempt: 8 * PAGE_COST },
      source: "SPEC §8.3",
    },
    {
      since: "v3.10",
      does: "the part of an area that one table maps",
      by: { voluntary: Number.POSITIVE_INFINITY, preempt: Number.POSITIVE_INFINITY },
      source: "L19/4",
    },
  ],
};
