/**
 * Which signal ends a task whose exec fails when the old memory has gone (SPEC §7.7/7, L27 D29).
 *
 *    el6     SIGKILL
 *    v4.4    SIGSEGV
 */
import { type Rule, Signal } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";

type ExecDeath = ForkRules["execDeath"];

export const execDeath: Rule<ExecDeath> = {
  decides: "which signal ends a task whose exec fails too late",
  answers: [
    { since: "el6", does: "SIGKILL", by: Signal.SIGKILL, source: "SPEC §7.7/7" },
    { since: "v4.4", does: "SIGSEGV", by: Signal.SIGSEGV, source: "recorded: ex22", first: "3.19" },
  ],
};
