/**
 * Which ancestor's anon_vma a fork takes for the child's area, instead of a new one (SPEC §4.5,
 * L12/1).
 *
 *    el6      one of degree below 2: no area and one child at most, or one area and no child (D45)
 *    v3.10    none: a process whose parents fork and die, again and again, grows without bound
 *    rhel7    as el6
 *    v4.4     as el6
 *    v6.1     one with fewer than two children, and no area of its own
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import { hasLowDegree, isUnused } from "@forkpath/rmap/internal";
import type { MmRules } from "../types.ts";

const BY_DEGREE = { does: "one of degree below 2", by: hasLowDegree } as const;

export const anonVmaReuse: Rule<MmRules["anonVmaReuse"]> = {
  decides: "which ancestor's anon_vma a fork takes for the child",
  answers: [
    { since: "el6", ...BY_DEGREE, source: "SPEC §4.5" },
    { since: "v3.10", does: "none", by: () => false, source: "M26" },
    { since: "rhel7", ...BY_DEGREE, source: "M26" },
    { since: "v4.4", ...BY_DEGREE, source: "M26", first: "3.19" },
    {
      since: "v6.1",
      does: "one with fewer than two children and no area",
      by: isUnused,
      source: "L12/1",
      first: "6.0",
    },
  ],
  read: [...M26_COLUMNS, "v5.19"],
  cures: { D45: { does: "one with fewer than two children and no area", by: isUnused } },
};
