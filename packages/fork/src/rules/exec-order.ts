/**
 * In which order exec opens the program and brings the strings to the new stack (SPEC §7.4).
 *
 *    el6      opens the file first: one that may not be executed costs nothing
 *    v5.10    the strings first: their faults have happened when the file is refused
 *    v6.12    opens the file first
 */
import type { Rule } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";

type ExecOrder = ForkRules["execOrder"];

const OPEN_FIRST = { does: "opens the file first", by: "open first" } as const;

export const execOrder: Rule<ExecOrder> = {
  decides: "in which order exec opens the program and copies strings",
  answers: [
    { since: "el6", ...OPEN_FIRST, source: "SPEC §7.4" },
    {
      since: "v5.10",
      does: "copies the strings first",
      by: "strings first",
      source: "recorded: ex18",
      first: "5.9",
    },
    { since: "v6.12", ...OPEN_FIRST, source: "recorded: ex18", first: "6.9" },
  ],
};
