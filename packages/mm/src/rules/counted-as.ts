/**
 * In which counter an entry counts that maps no page (SPEC §1.5/3, L9/3, M4).
 *
 *    entry        el6                     v3.10
 *    swap         swap                    swap
 *    hwpoison     swap (D4)               nothing
 *    migration    nothing (D3)            that of the page on its way
 *
 * Fork, unmap and the recount ask the same rule, so they change together.
 */
import type { Rule } from "@forkpath/abi";
import { MmCounter } from "@forkpath/counters";
import { isPageAnon } from "@forkpath/rmap";
import { isMigrationEntry, isNonSwapEntry, swpPfn } from "@forkpath/swap";
import { fileCounterOf } from "../machine/counter-of.ts";
import { type MmRules, NOT_COUNTED } from "../types.ts";

type CountedAs = MmRules["countedAs"];

const swapAndPoison: CountedAs = (_env, _vma, low) =>
  isMigrationEntry(low) ? NOT_COUNTED : MmCounter.SWAP_USAGE;

const pageOnItsWay: CountedAs = (env, vma, low, high) => {
  if (isMigrationEntry(low)) {
    const isAnon = isPageAnon(env.map, swpPfn(low, high));
    return isAnon ? MmCounter.ANON_RSS : fileCounterOf(env, vma?.file);
  }
  return isNonSwapEntry(low) ? NOT_COUNTED : MmCounter.SWAP_USAGE;
};

export const countedAs: Rule<CountedAs> = {
  decides: "where an entry counts that maps no page",
  answers: [
    {
      since: "el6",
      does: "poison as swap, migration nowhere",
      by: swapAndPoison,
      source: "SPEC §1.5",
    },
    {
      since: "v3.10",
      does: "migration as its page, poison nowhere",
      by: pageOnItsWay,
      source: "L9/3",
      first: "2.6.34 poison, 3.4 migration",
    },
  ],
};
