/**
 * What becomes of a user's RLIMIT_NPROC when a task changes over to that user (SPEC §6.4).
 *
 *    el6      setuid is refused where the user has as many tasks already
 *    v3.10    setuid is allowed, and exec is refused until they are few enough
 *    v5.14    the same, where the user has more tasks already
 */
import type { Rule } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";

type SetuidLimit = ForkRules["setuidLimit"];

const oneLess = (limit: number): number => limit - 1;

export const setuidLimit: Rule<SetuidLimit> = {
  decides: "what is refused when setuid passes RLIMIT_NPROC",
  answers: [
    {
      since: "el6",
      does: "setuid",
      by: { refuses: "setuid", others: oneLess },
      source: "SPEC §6.4",
    },
    {
      since: "v3.10",
      does: "the next exec",
      by: { refuses: "exec", others: oneLess },
      source: "recorded: rl08",
      first: "3.1",
    },
    {
      since: "v5.14",
      does: "the next exec, where there were more than the limit",
      by: { refuses: "exec", others: (limit) => limit },
      source: "asked: 6.18.44",
    },
  ],
};
