/**
 * A kernel release as an object: the answers of all packages' rules, put together.
 *
 * Each package owns a slice, because a rule speaks its package's types; here they only meet. Only
 * what prints a profile reads its name.
 */
import { type Exchanges, type KernelName, type RuleBook, rulesOf } from "@forkpath/abi";
import { type CounterRules, counterRules } from "@forkpath/counters";
import { type ForkRules, forkRules } from "@forkpath/fork";
import { type MmRules, mmRules } from "@forkpath/mm";
import { type PageTableRules, pageTableRules } from "@forkpath/page-table";
import { type Layouts, layoutRules } from "@forkpath/procfs";
import { type SwapRules, swapRules } from "@forkpath/swap";
import { procRules } from "../rules/book.ts";
import type { ProcRules } from "../rules/types.ts";

/** The answers of one release. */
export interface Profile {
  /** Its name on the axis. */
  readonly kernel: KernelName;
  /** Counters of an mm. */
  readonly counters: CounterRules;
  /** Words and locks of page tables. */
  readonly pageTable: PageTableRules;
  /** Swap entries. */
  readonly swap: SwapRules;
  /** Memory calls, faults, copies, unmaps, reclaim. */
  readonly mm: MmRules;
  /** Tasks. */
  readonly fork: ForkRules;
  /** What /proc shows. */
  readonly proc: ProcRules;
  /** How /proc lays it out. */
  readonly procfs: Layouts;
}

/** Every rule of every package, for tables and comparisons. */
export const RULE_BOOKS: {
  /** Counters of an mm. */
  readonly counters: RuleBook<CounterRules>;
  /** Words and locks of page tables. */
  readonly pageTable: RuleBook<PageTableRules>;
  /** Swap entries. */
  readonly swap: RuleBook<SwapRules>;
  /** Memory calls, faults, copies, unmaps, reclaim. */
  readonly mm: RuleBook<MmRules>;
  /** Tasks. */
  readonly fork: RuleBook<ForkRules>;
  /** What /proc shows. */
  readonly proc: RuleBook<ProcRules>;
  /** How /proc lays it out. */
  readonly procfs: RuleBook<Layouts>;
} = {
  counters: counterRules,
  pageTable: pageTableRules,
  swap: swapRules,
  mm: mmRules,
  fork: forkRules,
  proc: procRules,
  procfs: layoutRules,
};

/**
 * What `kernel` does. Rules named in `exchanges` answer as another kernel does, or as if a defect
 * were mended.
 * @throws RangeError when no rule has the name, or a rule has no such cure
 * @modelOnly a release of Linux is what it is
 */
export function profileOf(kernel: KernelName, exchanges: Exchanges = {}): Profile {
  for (const name of Object.keys(exchanges)) expectRule(name);
  return Object.freeze({
    kernel,
    counters: rulesOf(counterRules, kernel, exchanges),
    pageTable: rulesOf(pageTableRules, kernel, exchanges),
    swap: rulesOf(swapRules, kernel, exchanges),
    mm: rulesOf(mmRules, kernel, exchanges),
    fork: rulesOf(forkRules, kernel, exchanges),
    proc: rulesOf(procRules, kernel, exchanges),
    procfs: rulesOf(layoutRules, kernel, exchanges),
  });
}

function expectRule(name: string): void {
  const names = Object.values(RULE_BOOKS).flatMap((book) => Object.keys(book));
  if (names.includes(name)) return;
  throw new RangeError(`profileOf: rule must be one of ${names.join(", ")}, got ${name}`);
}
