/**
 * How many fresh pages a CPU keeps back before they go to their LRU list (L14/7). Each has a
 * reference meanwhile, which matters where a write fault asks for references (rules/reuse.ts):
 * the model leaves batches out before that.
 */
import type { Rule } from "@forkpath/abi";

export const lruBatch: Rule<number> = {
  decides: "how many fresh pages wait in a CPU's batch",
  answers: [
    { since: "el6", does: "none, since nothing asks for references", by: 0, source: "SPEC §4.4" },
    { since: "v5.10", does: "up to 15", by: 15, source: "L15/3", first: "5.9" },
    { since: "v6.12", does: "up to 31", by: 31, source: "L14/7", first: "6.8" },
  ],
};
