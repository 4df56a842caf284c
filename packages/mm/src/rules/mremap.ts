/**
 * What mremap can be asked for (L23/2).
 *
 *    el6      one area, or a part of it: -EFAULT for more
 *    v5.10    DONTUNMAP too: the range stays, empty; of private anonymous memory
 *    v5.14    DONTUNMAP of any memory that may be made longer
 *    v5.19    the same; to become shorter, too, something must be mapped at the start
 *    v6.18    a range of several areas, if each keeps its length and the new place is given; locked
 *             memory whose old range stays counts twice from then on (a live 6.18.44 does so)
 */
import { Mremap, type Rule, VmFlag } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

type MremapRule = MmRules["mremap"];

const MOVE: number = Mremap.MAYMOVE | Mremap.FIXED;
const STAY: number = MOVE | Mremap.DONTUNMAP;

const never: MremapRule["mayStay"] = () => false;
const ofPrivateMemory: MremapRule["mayStay"] = ({ flags, file }) =>
  file === null && (flags & VmFlag.SHARED) === 0;
const ofMost: MremapRule["mayStay"] = ({ flags }) =>
  (flags & (VmFlag.DONTEXPAND | VmFlag.MIXEDMAP)) === 0;

export const mremap: Rule<MremapRule> = {
  decides: "what mremap can be asked for",
  answers: [
    {
      since: "el6",
      does: "to move a part of one area",
      by: { flags: MOVE, mayStay: never, areas: "one", needsStart: false, locksTwice: false },
      source: "SPEC §5.1",
    },
    {
      since: "v5.10",
      does: "to leave private anonymous memory behind, empty",
      by: {
        flags: STAY,
        mayStay: ofPrivateMemory,
        areas: "one",
        needsStart: false,
        locksTwice: false,
      },
      source: "recorded: m10",
      first: "5.7",
    },
    {
      since: "v5.14",
      does: "to leave any memory behind, empty",
      by: { flags: STAY, mayStay: ofMost, areas: "one", needsStart: false, locksTwice: false },
      source: "recorded: m10",
      first: "5.13",
    },
    {
      since: "v5.19",
      does: "to leave any memory behind, empty; to move or resize what is there",
      by: { flags: STAY, mayStay: ofMost, areas: "one", needsStart: true, locksTwice: false },
      source: "recorded: r-areas-1029",
      first: "5.16",
    },
    {
      since: "v6.18",
      does: "to move several areas at once",
      by: { flags: STAY, mayStay: ofMost, areas: "several", needsStart: true, locksTwice: true },
      source: "recorded: r-lock-41",
      first: "6.17",
    },
  ],
};
