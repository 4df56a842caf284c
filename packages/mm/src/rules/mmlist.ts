/**
 * Which copied entry puts the child on the ring that swapoff searches (SPEC §6.10, L9a/3).
 *
 * el6 takes any that is not present, from a parent that may be off the ring itself: then both end
 * up on a ring of their own (D7).
 */
import type { Rule } from "@forkpath/abi";
import { isNonSwapEntry } from "@forkpath/swap";
import type { MmRules } from "../types.ts";

type JoinsMmlist = MmRules["joinsMmlist"];

const any: JoinsMmlist = () => true;
const real: JoinsMmlist = (low) => !isNonSwapEntry(low);

export const joinsMmlist: Rule<JoinsMmlist> = {
  decides: "which copied entry puts the child on swapoff's ring",
  answers: [
    { since: "el6", does: "any that is not present", by: any, source: "SPEC §6.10" },
    { since: "v4.4", does: "one of a swap slot", by: real, source: "L9a/3" },
  ],
};
