/**
 * Can brk take back the pages [start, end), whose areas may be gone?
 *
 *    el6     yes: unmapping a hole goes well
 *    v6.1    where some area is left of them; else the break stays where it is
 */
import type { Rule } from "@forkpath/abi";
import { findVmaIntersection } from "../area/list.ts";
import type { MmRules } from "../types.ts";

type ShrinksHeap = MmRules["shrinksHeap"];

export const shrinksHeap: Rule<ShrinksHeap> = {
  decides: "whether brk takes back what is not mapped any more",
  answers: [
    { since: "el6", does: "always", by: () => true, source: "SPEC §5.10" },
    {
      since: "v6.1",
      does: "where some of it is mapped",
      by: (mm, start, end) => findVmaIntersection(mm, start, end) !== undefined,
      source: "recorded: live 6.18.44",
    },
  ],
};
