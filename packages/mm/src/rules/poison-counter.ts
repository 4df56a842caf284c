/**
 * In which counter a page counts that went bad (SPEC §1.5/3, L9/3, M4).
 *
 *    el6      in that of swap (D4, the poison that counts as swap)
 *    v3.10    in none
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import { MmCounter } from "@forkpath/counters";
import { NOT_COUNTED } from "../types.ts";

export const poisonCounter: Rule<number> = {
  decides: "where a page counts that went bad",
  answers: [
    { since: "el6", does: "as swap (D4)", by: MmCounter.SWAP_USAGE, source: "SPEC §1.5" },
    { since: "v3.10", does: "nowhere", by: NOT_COUNTED, source: "L9/3", first: "2.6.34" },
  ],
  read: M26_COLUMNS,
};
