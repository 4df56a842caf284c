/**
 * The defects D1 to D45 of the specification: which of them can be seen in this model, and why the
 * others cannot.
 *
 * The scenarios that show them are files of this package: `@forkpath/scenario/defects/d01.yaml`.
 */

export interface Defect {
  /** D1 to D45. */
  readonly id: string;
  /** What is wrong, in a line. */
  readonly title: string;
  /** Whether a scenario shows it. */
  readonly status: "reproduced" | "not modelled";
  /** Names of the scenarios in `defects/`; empty for what is not modelled. */
  readonly scenarios: readonly string[];
  /** Why it cannot be seen here; null where it can. */
  readonly reason: string | null;
}

const HUGETLB = "the model has no hugetlb pages";

/** By number. */
const TITLES: Readonly<Record<number, string>> = {
  1: "exec charges a counter without its lock",
  2: "collapsing into a huge page adds to a counter without its lock",
  3: "migration entries are not counted where they are copied or dropped",
  4: "a page that went bad is counted as swap",
  5: "a bad huge page is taken off the counters of small ones",
  6: "remap_file_pages takes anonymous pages off the file counter",
  7: "fork makes rings of address spaces that swapoff cannot find",
  8: "exec makes the peak higher by its own arguments",
  9: "a vfork child inherits its parent's peak",
  10: "a peak survives exec",
  11: "fork looks for signals when all the work is done",
  12: "writes go through old TLB entries until fork is done",
  13: "copy-on-write does not see pins",
  14: "a forced write to a read-only huge page loops",
  15: "fork asks once more for a swap count page, with a stale entry",
  16: "peaks are kept without a lock",
  17: "overcommit subtracts more than there is",
  18: "VmLib can be less than nothing",
  19: "VmSwap and Swap of smaps count different things",
  20: "pagemap differs from its own description",
  21: "a read can add 512 pages",
  22: "fork of a huge page copies migration entries as pages",
  23: "freeing a swap reference too many makes a slot look full",
  24: "a wrong address hint when a huge page is split for a write",
  25: "offsets of nonlinear mappings are cut off at 34 bits",
  26: "no check looks at the counters of an address space that is gone",
  27: "making a thread resets the swap token's fields",
  28: "giving up an empty address space skips two steps",
  29: "exec can fail after it has let the vfork parent go",
  30: "arguments are counted twice, and a page too many",
  31: "fork makes tables for nothing",
  32: "a program file stays open for an area that was not forked",
  33: "shared memory is counted as file pages",
  34: "a private copy in a shared mapping is shared by fork",
  35: "no pid left is reported as no memory",
  36: "fork copies sizes before it takes the lock on them",
  37: "a driver's open is called for an area that could not be copied",
  38: "more tasks than the limit allows",
  39: "bad swap entries are handed on",
  40: "a huge page fault skips the stack's guard page",
  41: "whatever went wrong in copying memory becomes ENOMEM",
  42: "two stacks that grow at once lose an addition",
  43: "reclaim of an anonymous page in a nonlinear mapping is a BUG",
  44: "mlock and munlock forget the advice for huge pages, and munlock miscounts",
  45: "two children share an anon_vma, and reverse mapping loses a page",
};

/** Letters of a defect's scenarios, where it has several. */
const PARTS: Readonly<Record<number, readonly string[]>> = {
  3: ["a", "b", "c"],
  6: ["a", "b"],
  16: ["a", "b", "c", "d", "e"],
};

/** Why the model has none. */
const NOT_MODELLED: Readonly<Record<number, string>> = {
  5: HUGETLB,
  12: "the model has no TLB that lags",
  20: "a scenario does not read pagemap",
  22: HUGETLB,
  24: "only caches look at that address, and the model has none",
  27: "the model has no swap token",
  28: "nothing comes of it that could be seen",
};

/**
 * All of them, in order.
 * @example
 * ```ts
 * import { listDefects } from "@forkpath/scenario";
 * console.log(listDefects().length, listDefects()[0]?.id); // 45 D1
 * ```
 */
export const listDefects = (): readonly Defect[] =>
  Object.entries(TITLES).map(([number, title]) => toDefect(Number(number), title));

function toDefect(number: number, title: string): Defect {
  const id = `D${number}`;
  if (Object.hasOwn(NOT_MODELLED, number)) {
    return { id, title, status: "not modelled", scenarios: [], reason: NOT_MODELLED[number] };
  }
  const base = `d${String(number).padStart(2, "0")}`;
  const parts = PARTS[number] ?? [""];
  const scenarios = parts.map((part) => `${base}${part}.yaml`);
  return { id, title, status: "reproduced", scenarios, reason: null };
}
