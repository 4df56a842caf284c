/** The rules of counters: one line each, in the order of CounterRules. */
import type { RuleBook } from "@forkpath/abi";
import { type CounterDesign, design } from "./design.ts";
import { type SplitPtlocks, splitPtlocks } from "./split-ptlocks.ts";

/** What one release answers. */
export interface CounterRules {
  /** @kernel rss_stat in include/linux/mm_types.h */
  readonly design: CounterDesign;
  /** @kernel USE_SPLIT_PTE_PTLOCKS in include/linux/mm_types_task.h */
  readonly splitPtlocks: SplitPtlocks;
}

/**
 * What every release answers.
 * @modelOnly a release of Linux has one answer
 * @example
 * ```ts
 * import { counterRules } from "@forkpath/counters";
 * const { answers } = counterRules.design;
 * console.log(answers.map(({ since }) => since).join(" ")); // el6 v3.10 v6.12 v6.18
 * ```
 */
export const counterRules: RuleBook<CounterRules> = { design, splitPtlocks };
