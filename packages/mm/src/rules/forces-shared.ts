/**
 * May a forced write go to shared memory that is read-only (SPEC §9.8, L23/4)? It would leave a
 * private page in a shared mapping (D34).
 */
import type { Rule } from "@forkpath/abi";

export const forcesShared: Rule<boolean> = {
  decides: "whether a forced write may go to read-only shared memory",
  answers: [
    { since: "el6", does: "yes: a copy (D34)", by: true, source: "SPEC §9.8" },
    { since: "v4.4", does: "no: -EFAULT", by: false, source: "L23/4", first: "3.15" },
  ],
};
