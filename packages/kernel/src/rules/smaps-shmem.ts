/**
 * Does smaps tell what of shared memory is in swap (M11.5)? No entry says so: it is asked of the
 * file.
 */
import type { Rule } from "@forkpath/abi";
import type { ProcRules } from "./types.ts";

export const smapsShmem: Rule<ProcRules["smapsShmem"]> = {
  decides: "whether Swap of smaps has swapped pages of shared memory",
  answers: [
    { since: "el6", does: "no", by: false, source: "SPEC §10.5" },
    { since: "v4.14", does: "yes", by: true, source: "M11.5", first: "4.5" },
  ],
};
