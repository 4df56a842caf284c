/**
 * Under what a stack grows in a fault (SPEC §9.4/1, L27/D42).
 *
 *    el6      mmap_sem for reading and the anon_vma's lock: totals lose an add of two stacks (D42)
 *    v6.12    mmap_sem for writing
 */
import type { Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

export const stackGrowth: Rule<MmRules["stackGrowth"]> = {
  decides: "whether two stacks of one process grow at once",
  answers: [
    { since: "el6", does: "yes", by: "many at once", source: "SPEC §9.4" },
    { since: "v6.12", does: "no: mmap_sem for writing", by: "one", source: "L27", first: "6.5" },
  ],
};
