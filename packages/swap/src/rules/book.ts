/** The rules of swap: one line each, in the order of SwapRules. */
import type { RuleBook } from "@forkpath/abi";
import { type SwapLayout, swapLayout } from "./swap-layout.ts";
import { swapTypes, type TypesOf } from "./swap-types.ts";

/** What one release answers. */
export interface SwapRules {
  /** @kernel __swp_entry in arch/x86/include/asm/pgtable_64.h */
  readonly swapLayout: SwapLayout;
  /** @kernel MAX_SWAPFILES and the SWP_ numbers in include/linux/swap.h */
  readonly swapTypes: TypesOf;
}

/**
 * What every release answers.
 * @modelOnly a release of Linux has one answer
 */
export const swapRules: RuleBook<SwapRules> = { swapLayout, swapTypes };
