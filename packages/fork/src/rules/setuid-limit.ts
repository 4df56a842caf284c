/**
 * What becomes of a user's RLIMIT_NPROC when a task changes over to that user (SPEC §6.4).
 *
 *    el6      setuid is refused where the user has as many tasks already
 *    v3.10    setuid is allowed, and exec is refused until they are few enough
 */
import type { Rule } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";

type SetuidLimit = ForkRules["setuidLimit"];

export const setuidLimit: Rule<SetuidLimit> = {
  decides: "what is refused when setuid passes RLIMIT_NPROC",
  answers: [
    { since: "el6", does: "setuid", by: "setuid", source: "SPEC §6.4" },
    { since: "v3.10", does: "the next exec", by: "exec", source: "recorded: rl08", first: "3.1" },
  ],
};
