/**
 * How a copied area joins the child, step by step (SPEC §5.7/8-12, L5/5 k to n).
 *
 *    el6      link to its file, insert, copy the pages, open: even if the pages failed (D37)
 *    v6.12    insert, open, link to its file, copy the pages
 *
 * From the first of these steps on nothing is undone: exit_mmap takes the area with the rest.
 */
import type { Rule } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";

type AreaSteps = ForkRules["areaSteps"];

export const areaSteps: Rule<AreaSteps> = {
  decides: "in which order a copied area joins the child",
  answers: [
    {
      since: "el6",
      does: "file, list, pages, open",
      by: ["link file", "insert", "copy pages", "open"],
      source: "SPEC §5.7",
    },
    {
      since: "v6.12",
      does: "list, open, file, pages",
      by: ["insert", "open", "link file", "copy pages"],
      source: "L5/5",
      first: "6.9",
    },
  ],
};
