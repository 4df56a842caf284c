/**
 * What fork does about pages that direct I/O may hold (L9b/5, L12/6, M26).
 *
 *    since    a pin                fork gives the child its own copy
 *    el6      one reference        never: the first writer takes the page away from the pin (D13)
 *    v5.10    1024 references      of a page with 1024 or more, in an mm that has ever pinned
 *    v5.19    1024 references      the same, if it is marked exclusive
 *
 * Since v5.19 a page that is not marked exclusive becomes so before it is pinned for reading: by a
 * mark, or by a copy (L12/8, L15/6).
 *
 * So 1024 ordinary references look like a pin (N3).
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import { isPageAnon, isPageLarge, largeFolioOf, PageFlag } from "@forkpath/rmap";
import { MMF_HAS_PINNED, type MmEnv, type MmRules, type MmStruct } from "../types.ts";

type MustCopyPinned = MmRules["mustCopyPinned"];

/** @kernel GUP_PIN_COUNTING_BIAS in include/linux/mm.h */
const BIAS = 1024;

/** Pins of a large folio are counted apart, and those of one frame concern them all. */
function mayBePinned({ map }: MmEnv, src: MmStruct, pfn: number): boolean {
  if ((src.flags & MMF_HAS_PINNED) === 0) return false;
  return isPageLarge(map, pfn) ? largeFolioOf(map, pfn).pins > 0 : map.count[pfn] >= BIAS;
}

const never: MustCopyPinned = () => false;
const exclusiveOnly: MustCopyPinned = (env, src, pfn) =>
  (env.map.flags[pfn] & PageFlag.ANON_EXCLUSIVE) !== 0 && mayBePinned(env, src, pfn);

export const pinBias: Rule<number> = {
  decides: "how many references a pin takes",
  answers: [
    { since: "el6", does: "one", by: 1, source: "SPEC §9.8" },
    { since: "v5.10", does: "1024", by: BIAS, source: "L12/7", first: "5.6" },
  ],
};

export const mustCopyPinned: Rule<MustCopyPinned> = {
  decides: "which pages fork copies at once, since they may be pinned",
  answers: [
    { since: "el6", does: "none", by: never, source: "SPEC §6.10" },
    {
      since: "v5.10",
      does: "those that may be pinned",
      by: mayBePinned,
      source: "M26",
      first: "5.9",
    },
    {
      since: "v5.19",
      does: "those that may be pinned and are exclusive",
      by: exclusiveOnly,
      source: "L12/5",
    },
  ],
  read: [...M26_COLUMNS, "v5.10"],
};

/** @kernel gup_must_unshare in mm/internal.h */
const notExclusive: MmRules["unsharesPinned"] = ({ map }, pfn) =>
  isPageAnon(map, pfn) && (map.flags[pfn] & PageFlag.ANON_EXCLUSIVE) === 0;

export const unsharesPinned: Rule<MmRules["unsharesPinned"]> = {
  decides: "which pages become their process's alone before they are pinned for reading",
  answers: [
    { since: "el6", does: "none", by: () => false, source: "SPEC §9.8" },
    {
      since: "v5.19",
      does: "anonymous ones that are not exclusive",
      by: notExclusive,
      source: "L12/8",
    },
  ],
};
