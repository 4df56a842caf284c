/** The rules of swap: one line each, in the order of SwapRules. */
import type { RuleBook } from "@forkpath/abi";
import { type SwapLayout, swapLayout } from "./swap-layout.ts";
import { swapTypes, type TypesOf } from "./swap-types.ts";

export interface SwapRules {
  /** @kernel __swp_entry in arch/x86/include/asm/pgtable_64.h */
  readonly swapLayout: SwapLayout;
  /** @kernel MAX_SWAPFILES and the SWP_ numbers in include/linux/swap.h */
  readonly swapTypes: TypesOf;
}

export const swapRules: RuleBook<SwapRules> = { swapLayout, swapTypes };
