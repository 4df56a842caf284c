/**
 * May one area take in the pages of another, as far as their anon_vmas go? (SPEC §4.5, M10/10)
 *
 * Equal ones, and two areas without, always merge. Where one of the two has none:
 *
 *    el6      if the neighbour, whichever it is, has one link: so it must have the anon_vma
 *    v6.18    if the one that has an anon_vma was never inherited: it has one link
 *
 * A chain of several links was inherited at a fork: each area on it costs every walk of an
 * ancestor's pages.
 */
import type { Rule } from "@forkpath/abi";
import type { RmapVma } from "@forkpath/rmap";
import type { MmRules } from "../types.ts";

type TakesOver = MmRules["takesOver"];

const isOneless = (vma: RmapVma, range: RmapVma): boolean =>
  vma.anonVma === null || range.anonVma === null;

const byNeighbour: TakesOver = (vma, range) =>
  vma.anonVma === range.anonVma || (isOneless(vma, range) && vma.anonVmaChain.length === 1);

const byOwner: TakesOver = (vma, range) => {
  if (vma.anonVma === range.anonVma) return true;
  const owner = vma.anonVma === null ? range : vma;
  return isOneless(vma, range) && owner.anonVmaChain.length <= 1;
};

export const takesOver: Rule<TakesOver> = {
  decides: "whether anon_vmas keep two areas from merging",
  answers: [
    {
      since: "el6",
      does: "unless equal, or one has none and the neighbour one link",
      by: byNeighbour,
      source: "SPEC §4.5",
    },
    {
      since: "v6.18",
      does: "unless equal, or one has none and the other one link",
      by: byOwner,
      source: "recorded: r-huge-259",
    },
  ],
};
