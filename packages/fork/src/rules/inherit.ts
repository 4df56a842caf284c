/**
 * What a child gets of an area (SPEC §5.7/1, L5): a copy, an empty area of that size, or nothing.
 *
 *    since          DONTCOPY    WIPEONFORK    else
 *    el6            none        -             copy
 *    rhel7, v4.14   none        empty         copy
 */
import { backported, hasVmFlag, M26_COLUMNS, type Rule, VmFlag } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";

type Inherit = ForkRules["inherit"];

const copyOrNone: Inherit = (flags) => (flags & VmFlag.DONTCOPY ? "none" : "copy");

const copyEmptyOrNone: Inherit = (flags) => {
  if (flags & VmFlag.DONTCOPY) return "none";
  return hasVmFlag(flags, VmFlag.WIPEONFORK) ? "empty" : "copy";
};

export const inherit: Rule<Inherit> = {
  decides: "what a child gets of an area",
  answers: backported(
    { does: "a copy, or with DONTCOPY nothing", by: copyOrNone, source: "SPEC §5.7/1" },
    { does: "with WIPEONFORK an empty area", by: copyEmptyOrNone, source: "M26" },
    { source: "L5" },
  ),
  read: M26_COLUMNS,
};
