/**
 * Which flags of mmap there are that el6 lacks.
 *
 *    el6      none: FIXED_NOREPLACE is passed over, and the address is a mere wish
 *    rhel8    FIXED_NOREPLACE: the address and no other, and -EEXIST where something is
 */
import { MapFlag, type Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

const NONE: number = 0;

export const laterMapFlags: Rule<MmRules["laterMapFlags"]> = {
  decides: "which flags of mmap there are that el6 lacks",
  answers: [
    { since: "el6", does: "none", by: NONE, source: "SPEC §5.1" },
    {
      since: "rhel8",
      does: "FIXED_NOREPLACE",
      by: MapFlag.FIXED_NOREPLACE,
      source: "SCHEMA, Calls",
      first: "4.17",
    },
  ],
};
