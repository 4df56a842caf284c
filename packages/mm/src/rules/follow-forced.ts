/**
 * When a forced write, such as a debugger's, may use an entry that is read-only (SPEC §9.8, L23/4).
 * Its fault has made a copy; without this question a race could write to the file's own page.
 */
import type { Rule } from "@forkpath/abi";
import { isPteDirty, ptePfn } from "@forkpath/page-table";
import { PageFlag } from "@forkpath/rmap";
import type { MmRules } from "../types.ts";

type MayFollowForced = MmRules["mayFollowForced"];

const dirtyCopy: MayFollowForced = (_env, low, _high, isCopied) => isCopied && isPteDirty(low);
const exclusivePage: MayFollowForced = ({ map }, low, high) =>
  (map.flags[ptePfn(low, high)] & PageFlag.ANON_EXCLUSIVE) !== 0;

export const mayFollowForced: Rule<MayFollowForced> = {
  decides: "which read-only entries a forced write may use",
  answers: [
    { since: "el6", does: "dirty ones, after a copy", by: dirtyCopy, source: "SPEC §9.8" },
    { since: "v5.19", does: "those of exclusive pages", by: exclusivePage, source: "L27/D14" },
  ],
};
