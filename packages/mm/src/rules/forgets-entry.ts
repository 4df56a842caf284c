/**
 * Does fork forget the swap entry for which it has got a continuation page (SPEC §6.9/5, L8/5)?
 *
 *    el6      no: if the entry is gone when it looks again, it asks for another page (D15)
 *    v5.14    yes
 */
import type { Rule } from "@forkpath/abi";

export const forgetsEntry: Rule<boolean> = {
  decides: "whether fork forgets an entry whose count has got its page",
  answers: [
    { since: "el6", does: "no", by: false, source: "SPEC §6.9" },
    { since: "v5.14", does: "yes", by: true, source: "SPEC §12, L8/5" },
  ],
};
