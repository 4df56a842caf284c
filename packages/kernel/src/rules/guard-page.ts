/**
 * Whether maps hides the lowest page of a stack (SPEC §10.4/4, M26).
 *
 *    el6      the guard page is hidden
 *    rhel7    all of the area is shown
 *    v4.4     hidden: rhel7 had it from later
 *    v4.14    all of the area is shown
 */
import { backported, M26_COLUMNS, type Rule } from "@forkpath/abi";
import type { ProcRules } from "./types.ts";

export const guardPage: Rule<ProcRules["guardPage"]> = {
  decides: "whether maps hides the guard page of a stack",
  answers: backported(
    { does: "hidden", by: "hidden", source: "SPEC §10.4" },
    { does: "shown", by: "shown", source: "M26" },
    { first: "4.12" },
  ),
  read: M26_COLUMNS,
};
