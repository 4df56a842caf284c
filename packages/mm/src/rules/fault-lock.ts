/**
 * What a fault locks first (L6, M25/3).
 *
 *    el6      mmap_sem for reading: no fault runs while a fork copies
 *    v6.12    the lock of its area: a fault runs beside a fork that has not reached it yet (N10)
 */
import type { Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

export const faultLock: Rule<MmRules["faultLock"]> = {
  decides: "what a page fault locks first",
  answers: [
    { since: "el6", does: "mmap_sem for reading", by: "of all areas", source: "SPEC §0.7" },
    {
      since: "v6.12",
      does: "the lock of its area, then mmap_sem",
      by: "of the area",
      source: "L6/1",
      first: "6.4",
    },
  ],
};
