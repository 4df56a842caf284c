/**
 * What mremap can be asked for (L23/2).
 *
 *    el6      one area, or a part of it: -EFAULT for more
 *    v3.10    the same; limits are asked for what becomes longer alone (a live 6.18.44 does so)
 *    v5.10    DONTUNMAP too: the range stays, empty; of private anonymous memory
 *    v5.14    DONTUNMAP of any memory that may be made longer
 *    v5.19    the same; to become shorter, too, something must be mapped at the start
 *    v6.1     the same; what grows in place may become one with the area behind it
 *    v6.18    a range of several areas, if each keeps its length and the new place is given; locked
 *             memory whose old range stays counts twice from then on (a live 6.18.44 does so)
 */
import { Mremap, type Rule, VmFlag } from "@forkpath/abi";
import type { MremapRule } from "../types.ts";

const MOVE: number = Mremap.MAYMOVE | Mremap.FIXED;
const STAY: number = MOVE | Mremap.DONTUNMAP;

const never: MremapRule["mayStay"] = () => false;
const ofPrivateMemory: MremapRule["mayStay"] = ({ flags, file }) =>
  file === null && (flags & VmFlag.SHARED) === 0;
const ofMost: MremapRule["mayStay"] = ({ flags }) =>
  (flags & (VmFlag.DONTEXPAND | VmFlag.MIXEDMAP)) === 0;

/** Without the limits that el6 asks even for what keeps its length. */
const ONE_AREA: MremapRule = {
  flags: MOVE,
  mayStay: never,
  areas: "one",
  needsStart: false,
  locksTwice: false,
  asksSameLength: false,
  growthMerges: false,
};
const V6_1: MremapRule = {
  ...ONE_AREA,
  flags: STAY,
  mayStay: ofMost,
  needsStart: true,
  growthMerges: true,
};
const V6_18: MremapRule = { ...V6_1, areas: "several", locksTwice: true };

export const mremap: Rule<MremapRule> = {
  decides: "what mremap can be asked for",
  answers: [
    {
      since: "el6",
      does: "to move a part of one area",
      by: { ...ONE_AREA, asksSameLength: true },
      source: "SPEC §5.1",
    },
    {
      since: "v3.10",
      does: "to move a part of one area; limits are asked for more length alone",
      by: ONE_AREA,
      source: "recorded: live 6.18.44",
      first: "2.6.39",
    },
    {
      since: "v5.10",
      does: "to leave private anonymous memory behind, empty",
      by: { ...ONE_AREA, flags: STAY, mayStay: ofPrivateMemory },
      source: "recorded: m10",
      first: "5.7",
    },
    {
      since: "v5.14",
      does: "to leave any memory behind, empty",
      by: { ...ONE_AREA, flags: STAY, mayStay: ofMost },
      source: "recorded: m10",
      first: "5.13",
    },
    {
      since: "v5.19",
      does: "to leave any memory behind, empty; to move or resize what is there",
      by: { ...ONE_AREA, flags: STAY, mayStay: ofMost, needsStart: true },
      source: "recorded: r-areas-1029",
      first: "5.16",
    },
    {
      since: "v6.1",
      does: "the same; what grows in place becomes one with the next area",
      by: V6_1,
      source: "recorded: live 6.18.44",
      first: "6.0",
    },
    {
      since: "v6.18",
      does: "to move several areas at once",
      by: V6_18,
      source: "recorded: r-lock-41",
      first: "6.17",
    },
  ],
};
