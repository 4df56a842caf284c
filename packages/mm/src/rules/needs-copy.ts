/**
 * Which areas fork copies entry by entry (SPEC §6.7/1, L7/1): a fault brings back what the others
 * map.
 *
 *    since    copied even without an anon_vma
 *    el6      HUGETLB, NONLINEAR, PFNMAP, INSERTPAGE
 *    v3.10    HUGETLB, NONLINEAR, PFNMAP, MIXEDMAP
 *    v4.4     HUGETLB, PFNMAP, MIXEDMAP
 *    v5.19    PFNMAP, MIXEDMAP
 *    v6.18    PFNMAP, MIXEDMAP, and what has had guard pages (6.18.44)
 */
import { hasVmFlag, M26_COLUMNS, type Rule, VmFlag } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

type NeedsCopy = MmRules["needsCopy"];

const withFlags =
  (always: number): NeedsCopy =>
  ({ flags, anonVma }) =>
    (flags & always) !== 0 || anonVma !== null;

const { HUGETLB, NONLINEAR, PFNMAP, INSERTPAGE, MIXEDMAP } = VmFlag;

const ofMapping = withFlags(PFNMAP | MIXEDMAP);

export const needsCopy: Rule<NeedsCopy> = {
  decides: "which areas fork copies entry by entry",
  answers: [
    {
      since: "el6",
      does: "with an anon_vma, HUGETLB, NONLINEAR, PFNMAP or INSERTPAGE",
      by: withFlags(HUGETLB | NONLINEAR | PFNMAP | INSERTPAGE),
      source: "SPEC §6.7/1",
    },
    {
      since: "v3.10",
      does: "MIXEDMAP in place of INSERTPAGE",
      by: withFlags(HUGETLB | NONLINEAR | PFNMAP | MIXEDMAP),
      source: "M26",
    },
    {
      since: "v4.4",
      does: "no NONLINEAR",
      by: withFlags(HUGETLB | PFNMAP | MIXEDMAP),
      source: "M26",
      first: "4.0",
    },
    {
      since: "v5.19",
      does: "no HUGETLB: with an anon_vma, PFNMAP or MIXEDMAP",
      by: ofMapping,
      source: "L7/1",
    },
    {
      since: "v6.18",
      does: "or where guard pages have been",
      by: (vma) => ofMapping(vma) || hasVmFlag(vma.flags, VmFlag.MAYBE_GUARD),
      source: "M26, recorded: d09, d10",
    },
  ],
  read: M26_COLUMNS,
};
