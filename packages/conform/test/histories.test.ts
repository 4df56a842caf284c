/**
 * The running kernels and the model agree: every public history, but those that are named here.
 *
 * A history that begins to fail, or to pass, has to be noted in this file.
 */
import { loadHistories, type RecordedKernel, type Recording } from "@forkpath/recordings";
import { expect, test } from "vitest";
import { type HistoryVerdict, runHistory } from "../src/index.ts";

/** Room for a machine that has other things to do. */
const TIMEOUT_MS = 240_000;

interface Expected {
  readonly kernel: RecordedKernel;
  readonly recording: Recording;
  readonly passed: number;
  /** Ids, in the order of the file. */
  readonly failed: string;
  /** How many histories end at what the model leaves out. */
  readonly notModelled: Readonly<Record<string, number>>;
}

const HUGETLB = {
  "mmap of kind hugetlb": 41,
  "mmap of kind hugetlb-shared": 6,
  "a file of kind hugetlb": 1,
};

const EXPECTED: readonly Expected[] = [
  {
    kernel: "v6.18",
    recording: "histories",
    passed: 1450,
    failed: "s13 r-huge-268 r-huge-493 r-huge-691 r-swap-1113",
    notModelled: { "madvise collapse": 1 },
  },
  {
    kernel: "v6.18",
    recording: "tasks",
    passed: 564,
    failed: "t-hiwater-426 t-hiwater-491",
    notModelled: { ...HUGETLB, ksm: 24, "madvise collapse": 3 },
  },
  {
    kernel: "v6.1",
    recording: "histories",
    passed: 492,
    failed:
      "h01 h03 h04 h05 s13 h12 r-huge-124 r-huge-160 r-huge-169 r-huge-178 r-huge-223 r-huge-268 " +
      "r-huge-340 r-huge-385",
    notModelled: { "madvise collapse": 1 },
  },
  {
    kernel: "v6.1",
    recording: "tasks",
    passed: 558,
    failed:
      "so06 t-swapoff-8 t-swapoff-21 t-swapoff-125 t-swapoff-268 t-hiwater-426 t-swapoff-476 " +
      "t-hiwater-491",
    notModelled: { ...HUGETLB, ksm: 24, "madvise collapse": 3, "migrate to another node": 6 },
  },
];

test.for(EXPECTED)(
  "$recording of $kernel: $passed pass",
  { timeout: TIMEOUT_MS },
  ({ kernel, recording, passed, failed, notModelled }) => {
    const verdicts = loadHistories(kernel, recording).map((history) => ({
      id: history.id,
      verdict: runHistory(history, kernel),
    }));
    const having = (outcome: HistoryVerdict["outcome"]): typeof verdicts =>
      verdicts.filter(({ verdict }) => verdict.outcome === outcome);
    const left: Record<string, number> = {};
    for (const { verdict } of having("not modelled")) {
      const what = verdict.problem?.replace("not modelled: ", "") ?? "";
      left[what] = (left[what] ?? 0) + 1;
    }
    expect(having("failed").map(({ id }) => id)).toEqual(failed === "" ? [] : failed.split(" "));
    expect(left).toEqual(notModelled);
    expect(having("passed")).toHaveLength(passed);
  },
);
