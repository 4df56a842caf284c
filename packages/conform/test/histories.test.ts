/**
 * The running kernels and the model agree: every public history, but those that are named here.
 *
 * A history that begins to fail, or to pass, has to be noted in this file.
 */
import { loadHistories, type RecordedKernel, type Recording } from "@forkpath/recordings";
import { expect, test } from "vitest";
import { type HistoryVerdict, runHistory } from "../src/index.ts";

/** Room for a machine that has other things to do. */
const TIMEOUT_MS = 600_000;

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
    passed: 1456,
    failed: "",
    notModelled: {},
  },
  {
    kernel: "v6.18",
    recording: "tasks",
    passed: 569,
    failed: "",
    notModelled: { ...HUGETLB, ksm: 24 },
  },
  {
    kernel: "v6.1",
    recording: "histories",
    passed: 507,
    failed: "",
    notModelled: {},
  },
  {
    kernel: "v6.1",
    recording: "tasks",
    passed: 569,
    failed: "",
    notModelled: { ...HUGETLB, ksm: 24, "migrate to another node": 6 },
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
