/**
 * Is a new area marked, so that who tracks writes sees that all of it is new? (L0.2, M0.3)
 *
 *    el6      no
 *    v6.1     yes: the recorded kernel is built with MEM_SOFT_DIRTY, as Debian does
 *    v6.12    no: the recorded 6.18 is built without
 *
 * The stack that exec makes is none of those areas. The mark keeps no areas from merging.
 */
import { type Rule, VmFlag } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

type SoftDirty = MmRules["softDirty"];

const UNMARKED: number = 0;

export const softDirty: Rule<SoftDirty> = {
  decides: "whether a new area is marked as written",
  answers: [
    { since: "el6", does: "no", by: UNMARKED, source: "SPEC §5.1" },
    { since: "v6.1", does: "yes", by: VmFlag.SOFTDIRTY, source: "recorded: c01" },
    { since: "v6.12", does: "no", by: UNMARKED, source: "L0.2" },
  ],
};
