/**
 * What a recount finds: a value that is kept, and what the slow way makes of it.
 *
 * A mismatch is data. The package that keeps the value names the rule, the owner and the field;
 * only what shows a mismatch to a person makes a sentence of it, with `mismatchText`.
 */

/**
 * The rules of all recounts: those of SPEC §0.6 by number (I11 forbids nothing), then the others.
 *
 *    I1 I2 I3    file_rss, anon_rss, swap_usage        I10    total_vm
 *    I4 I5       mapcount and count of a frame         I12    vm_committed_as
 *    I6          count and cache bit of a swap slot    I13    an address space after its end
 *    I7 I8 I9    nr_ptes, deposits, map_count          I14    entries right after a fork
 *    mm          areas, and the other counts of one address space
 *    pages       free list and statistics of the frames
 *    swap        sums of swap, its chains of digits, its ring of address spaces
 *    tables      the trees of page tables
 *    anon_vma    the graph of anon_vmas
 *    tasks       tasks, and what they share
 */
export const RECOUNT_RULES = [
  "I1",
  "I2",
  "I3",
  "I4",
  "I5",
  "I6",
  "I7",
  "I8",
  "I9",
  "I10",
  "I12",
  "I13",
  "I14",
  "mm",
  "pages",
  "swap",
  "tables",
  "anon_vma",
  "tasks",
] as const;
/** The name of a rule that a recount holds values against. */
export type RecountRule = (typeof RECOUNT_RULES)[number];

/** One value that a recount refutes. */
export interface Mismatch {
  /** Which rule does not hold. */
  readonly rule: RecountRule;
  /** Whose value it is: `mm3`, `pfn 12`, `slot 0:7`, or MACHINE. */
  readonly owner: string;
  /** Which value, by the kernel's name: `anon_rss`, `count`. */
  readonly field: string;
  /** As the machine has it: a count, or the state that the owner is in. */
  readonly kept: number | string;
  /** As the recount has it, in the same terms. */
  readonly counted: number | string;
}

/** The owner of a value that the machine has once. */
export const MACHINE = "machine";

/**
 * One mismatch if the two differ, none if not.
 * @modelOnly a recount
 */
export const compareKept = (
  rule: RecountRule,
  owner: string,
  field: string,
  kept: number | string,
  counted: number | string,
): readonly Mismatch[] => (kept === counted ? [] : [{ rule, owner, field, kept, counted }]);

/**
 * Adds a mismatch if the two differ: for what is compared so often that a list each time costs.
 * @modelOnly a recount
 */
export function tellKept(
  wrong: Mismatch[],
  rule: RecountRule,
  owner: string,
  field: string,
  kept: number | string,
  counted: number | string,
): void {
  if (kept !== counted) wrong.push({ rule, owner, field, kept, counted });
}

/**
 * Adds all that another recount has found: mostly nothing.
 * @modelOnly a recount
 */
export function tellAll(wrong: Mismatch[], found: readonly Mismatch[]): void {
  for (let at = 0; at < found.length; at++) wrong.push(found[at]);
}

/**
 * `I2: mm2: anon_rss is 1, but 2 counted`, or, of a state, `tasks: pid 4: entry is free, not used`.
 * @modelOnly a recount
 * @example
 * ```ts
 * import { mismatchText } from "@forkpath/sync";
 * const value = { owner: "slot 0:7", field: "count", kept: 2, counted: 3 };
 * const text = mismatchText({ rule: "I6", ...value });
 * console.log(text); // I6: slot 0:7: count is 2, but 3 counted
 * ```
 */
export function mismatchText({ rule, owner, field, kept, counted }: Mismatch): string {
  const found = typeof counted === "number" ? `but ${counted} counted` : `not ${counted}`;
  return `${rule}: ${owner}: ${field} is ${kept}, ${found}`;
}
