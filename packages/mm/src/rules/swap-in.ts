/**
 * How a swapped page comes back (SPEC §9.5, L17).
 *
 *    since    read with the last entry of its slot,      whose page it is         written at once
 *             from memory-backed swap
 *    el6      through the swap cache                     asked at a write         by a write
 *    rhel8    past the swap cache                        asked at a write         by a write
 *    v5.19    past the swap cache                        the entry remembers      by a write
 *    v6.12    past the swap cache                        the entry remembers      and by a read
 *
 * Since 5.19 the fault itself marks the page of a locked area as Mlocked; since 6.12 not one that
 * was just read (a live 6.18.44 does so).
 */
import type { Rule } from "@forkpath/abi";
import type { SwapInRule } from "../types.ts";

const THROUGH: SwapInRule = {
  skipsCache: false,
  asksMark: false,
  writesOnRead: false,
  locksFresh: true,
};
const PAST: SwapInRule = { ...THROUGH, skipsCache: true };
const MARKED: SwapInRule = { ...PAST, asksMark: true };

export const swapIn: Rule<SwapInRule> = {
  decides: "how a swapped page comes back",
  answers: [
    { since: "el6", does: "through the swap cache", by: THROUGH, source: "SPEC §9.5" },
    {
      since: "rhel8",
      does: "past the cache, if its device is memory and nobody else wants it",
      by: PAST,
      source: "L17/3",
      first: "4.15",
    },
    { since: "v5.19", does: "exclusive if its entry says so", by: MARKED, source: "L17/3" },
    {
      since: "v6.12",
      does: "an exclusive page is writable at once, by a read too",
      by: { ...MARKED, writesOnRead: true, locksFresh: false },
      source: "L17/4",
      first: "6.11",
    },
  ],
};
