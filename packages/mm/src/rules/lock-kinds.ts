/**
 * How memory can be locked: its pages brought at once, or, with mlock2, locked when they come.
 *
 *    el6     at once
 *    v4.4    at once, or on fault
 */
import type { Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

type LockKinds = MmRules["lockKinds"];

export const lockKinds: Rule<LockKinds> = {
  decides: "how memory can be locked",
  answers: [
    { since: "el6", does: "at once", by: ["lock"], source: "SPEC §5.11" },
    { since: "v4.4", does: "at once, or on fault", by: ["lock", "lock on fault"], source: "L23/3" },
  ],
};
