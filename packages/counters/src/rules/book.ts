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
 */
export const counterRules: RuleBook<CounterRules> = { design, splitPtlocks };
