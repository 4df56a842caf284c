/**
 * In which counter a page counts that is on its way to another frame (SPEC §1.5/3, L9/3, M4).
 *
 *    el6      in none (D3, the migration entries that nobody counts)
 *    v3.10    in that of the page
 *
 * Fork, unmap and the recount ask the same rule, so they change together.
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import { MmCounter } from "@forkpath/counters";
import { isPageAnon } from "@forkpath/rmap";
import { swpPfn } from "@forkpath/swap";
import { fileCounterOf } from "../machine/counter-of.ts";
import { type MmRules, NOT_COUNTED } from "../types.ts";

type MigrationCounter = MmRules["migrationCounter"];

const ofPage: MigrationCounter = (env, vma, low, high) =>
  isPageAnon(env.map, swpPfn(low, high)) ? MmCounter.ANON_RSS : fileCounterOf(env, vma?.file);

export const migrationCounter: Rule<MigrationCounter> = {
  decides: "where a page counts that migrates",
  answers: [
    { since: "el6", does: "nowhere (D3)", by: () => NOT_COUNTED, source: "SPEC §1.5" },
    { since: "v3.10", does: "as its page", by: ofPage, source: "L9/3", first: "3.4" },
  ],
  read: M26_COLUMNS,
};
