/**
 * Does mremap move a pte table as a whole, where both ends begin with one (L23/2)? It shows where
 * the old range stays: its table is gone, or is left there, empty.
 */
import type { Rule } from "@forkpath/abi";

export const movesTables: Rule<boolean> = {
  decides: "whether mremap moves whole pte tables",
  answers: [
    { since: "el6", does: "no: entry by entry", by: false, source: "SPEC §2.14" },
    { since: "v5.4", does: "yes", by: true, source: "L23/2", first: "5.0" },
  ],
};
