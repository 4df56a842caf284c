/**
 * When exec notes the peak of the memory that it leaves (SPEC §7.5, M5/7).
 *
 *    el6      in de_thread: with the charge for the arguments still in it (D8)
 *    v3.10    in exec_mmap, once the task has changed over: the charge is withdrawn
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";

export const execPeak: Rule<ForkRules["execPeak"]> = {
  decides: "when exec notes the peak of the memory that it leaves",
  answers: [
    {
      since: "el6",
      does: "before the charge for arguments is withdrawn",
      by: "de_thread",
      source: "SPEC §7.5",
    },
    { since: "v3.10", does: "after the change to the new memory", by: "exec_mmap", source: "M5/7" },
  ],
  read: M26_COLUMNS,
};
