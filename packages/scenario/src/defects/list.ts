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

/** Number, title, and either parts that have scenarios ("" is the whole), or a reason. */
type Row = readonly [number: number, title: string, shown: readonly string[] | string];

const WHOLE: readonly string[] = [""];

const ROWS: readonly Row[] = [
  [1, "exec charges a counter without its lock", WHOLE],
  [2, "collapsing into a huge page adds to a counter without its lock", WHOLE],
  [3, "migration entries are not counted where they are copied or dropped", ["a", "b", "c"]],
  [4, "a page that went bad is counted as swap", WHOLE],
  [5, "a bad huge page is taken off the counters of small ones", HUGETLB],
  [6, "remap_file_pages takes anonymous pages off the file counter", ["a", "b"]],
  [7, "fork makes rings of address spaces that swapoff cannot find", WHOLE],
  [8, "exec makes the peak higher by its own arguments", WHOLE],
  [9, "a vfork child inherits its parent's peak", WHOLE],
  [10, "a peak survives exec", WHOLE],
  [11, "fork looks for signals when all the work is done", WHOLE],
  [12, "writes go through old TLB entries until fork is done", "the model has no TLB that lags"],
  [13, "copy-on-write does not see pins", WHOLE],
  [14, "a forced write to a read-only huge page loops", WHOLE],
  [15, "fork asks once more for a swap count page, with a stale entry", WHOLE],
  [16, "peaks are kept without a lock", ["a", "b", "c", "d", "e"]],
  [17, "overcommit subtracts more than there is", WHOLE],
  [18, "VmLib can be less than nothing", WHOLE],
  [19, "VmSwap and Swap of smaps count different things", WHOLE],
  [20, "pagemap differs from its own description", "a scenario does not read pagemap"],
  [21, "a read can add 512 pages", WHOLE],
  [22, "fork of a huge page copies migration entries as pages", HUGETLB],
  [23, "freeing a swap reference too many makes a slot look full", WHOLE],
  [
    24,
    "a wrong address hint when a huge page is split for a write",
    "only caches look at that address, and the model has none",
  ],
  [25, "offsets of nonlinear mappings are cut off at 34 bits", WHOLE],
  [26, "no check looks at the counters of an address space that is gone", WHOLE],
  [27, "making a thread resets the swap token's fields", "the model has no swap token"],
  [
    28,
    "giving up an empty address space skips two steps",
    "nothing comes of it that could be seen",
  ],
  [29, "exec can fail after it has let the vfork parent go", WHOLE],
  [30, "arguments are counted twice, and a page too many", WHOLE],
  [31, "fork makes tables for nothing", WHOLE],
  [32, "a program file stays open for an area that was not forked", WHOLE],
  [33, "shared memory is counted as file pages", WHOLE],
  [34, "a private copy in a shared mapping is shared by fork", WHOLE],
  [35, "no pid left is reported as no memory", WHOLE],
  [36, "fork copies sizes before it takes the lock on them", WHOLE],
  [37, "a driver's open is called for an area that could not be copied", WHOLE],
  [38, "more tasks than the limit allows", WHOLE],
  [39, "bad swap entries are handed on", WHOLE],
  [40, "a huge page fault skips the stack's guard page", WHOLE],
  [41, "whatever went wrong in copying memory becomes ENOMEM", WHOLE],
  [42, "two stacks that grow at once lose an addition", WHOLE],
  [43, "reclaim of an anonymous page in a nonlinear mapping is a BUG", WHOLE],
  [44, "mlock and munlock forget the advice for huge pages, and munlock miscounts", WHOLE],
  [45, "two children share an anon_vma, and reverse mapping loses a page", WHOLE],
];

/**
 * All of them, in order.
 * @example
 * ```ts
 * import { listDefects } from "@forkpath/scenario";
 * console.log(listDefects().length, listDefects()[0]?.id); // 45 D1
 * ```
 */
export const listDefects = (): readonly Defect[] => ROWS.map(toDefect);

function toDefect([number, title, shown]: Row): Defect {
  const id = `D${number}`;
  if (typeof shown === "string") {
    return { id, title, status: "not modelled", scenarios: [], reason: shown };
  }
  const base = `d${String(number).padStart(2, "0")}`;
  const scenarios = shown.map((part) => `${base}${part}.yaml`);
  return { id, title, status: "reproduced", scenarios, reason: null };
}
