/** How /proc lays out its texts, where releases differ: a line a rule, in the order of Layouts. */
import { type KernelName, type RuleBook, rulesOf } from "@forkpath/abi";
import { pagemapBits } from "./pagemap-bits.ts";
import { rollupFields, smapsFields, smapsShort } from "./smaps-fields.ts";
import { statNumbers } from "./stat-numbers.ts";
import { statusFields } from "./status-fields.ts";
import type { Layouts } from "./types.ts";

/** The rules, by their names in Layouts. */
export const layoutRules: RuleBook<Layouts> = {
  statusFields,
  statNumbers,
  smapsFields,
  smapsShort,
  rollupFields,
  pagemapBits,
};

/**
 * The layouts of one release.
 * @example
 * ```ts
 * import { layoutsOf } from "@forkpath/procfs";
 * console.log(layoutsOf("el6").statusFields.includes("RssAnon")); // false
 * console.log(layoutsOf("v6.18").statusFields.includes("RssAnon")); // true
 * ```
 */
export const layoutsOf = (kernel: KernelName): Layouts => rulesOf(layoutRules, kernel);
