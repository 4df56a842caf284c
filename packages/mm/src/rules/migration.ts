/**
 * What a page takes along when it moves (SPEC §4.8, L20/3, L20/5).
 *
 *    since    a page in swap cache gets    young and dirty
 *    el6      a swap entry                 forgotten: it comes back old and clean
 *    v4.14    a migration entry            forgotten
 *    v6.1     a migration entry            kept in the entry
 */
import type { Rule } from "@forkpath/abi";
import type { MigrationRule } from "../types.ts";

export const migration: Rule<MigrationRule> = {
  decides: "what a page takes along when it moves",
  answers: [
    {
      since: "el6",
      does: "its write bit; cached in swap, nothing",
      by: { leavesSwapCache: true, keepsAge: false },
      source: "SPEC §4.7",
    },
    {
      since: "v4.14",
      does: "its write bit, cached in swap or not",
      by: { leavesSwapCache: false, keepsAge: false },
      source: "L20/3",
      first: "4.12",
    },
    {
      since: "v6.1",
      does: "its write, young and dirty bits",
      by: { leavesSwapCache: false, keepsAge: true },
      source: "L20/5",
    },
  ],
};
