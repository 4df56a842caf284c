/**
 * How many tasks a user may have under RLIMIT_NPROC (SPEC §6.4, L4/4).
 *
 *    since    when it is asked                          refused if the user's count
 *    el6      before the new task is counted (D38)      is at the limit
 *    v5.19    after it                                  is above the limit
 *
 * D38, racers overshoot: several forks may ask before one of them counts its child.
 */
import type { Rule } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";

type Nproc = ForkRules["nproc"];

export const nproc: Rule<Nproc> = {
  decides: "when fork asks how many tasks the user has",
  answers: [
    { since: "el6", does: "before it counts the child", by: "then count", source: "SPEC §6.4" },
    {
      since: "v5.19",
      does: "after it has counted the child",
      by: "count first",
      source: "L4/4",
      first: "5.17",
    },
  ],
};
