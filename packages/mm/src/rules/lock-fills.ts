/**
 * When mlock brings the pages (SPEC §5.11, L23/3).
 *
 *    el6      area by area: one whose pages cannot be had keeps those behind it from being marked
 *    v3.10    after all areas of the range are marked, unless there was a hole
 */
import type { Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

type LockFills = MmRules["lockFills"];

export const lockFills: Rule<LockFills> = {
  decides: "when mlock brings the pages",
  answers: [
    {
      since: "el6",
      does: "area by area, as each is marked",
      by: "each area",
      source: "SPEC §5.11",
    },
    {
      since: "v3.10",
      does: "when all areas are marked",
      by: "at the end",
      source: "recorded: l02",
      first: "2.6.38",
    },
  ],
};
