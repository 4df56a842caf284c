/**
 * The running kernels and the model agree: every public history, but those that are named here.
 *
 * A history that begins to fail, or to pass, has to be noted in this file.
 */
import { loadHistories, type RecordedKernel, type Recording } from "@forkpath/recordings";
import { describe, expect, test } from "vitest";
import { type HistoryVerdict, runHistory } from "../src/index.ts";

/** Room for a machine that has other things to do. */
const TIMEOUT_MS = 600_000;
/** Histories a test: some tenths of a second. */
const BATCH = 64;

interface Expected {
  readonly kernel: RecordedKernel;
  readonly recording: Recording;
  readonly passed: number;
  /** How many histories end at what the model leaves out. */
  readonly notModelled: Readonly<Record<string, number>>;
}

const HUGETLB = {
  "mmap of kind hugetlb": 41,
  "mmap of kind hugetlb-shared": 6,
  "a file of kind hugetlb": 1,
};
const TWO_NODES = { "migrate to another node": 6 };

const EXPECTED: readonly Expected[] = [
  { kernel: "v6.18", recording: "histories", passed: 1456, notModelled: {} },
  { kernel: "v6.18", recording: "tasks", passed: 569, notModelled: { ...HUGETLB, ksm: 24 } },
  { kernel: "v6.1", recording: "histories", passed: 507, notModelled: {} },
  {
    kernel: "v6.1",
    recording: "tasks",
    passed: 569,
    notModelled: { ...HUGETLB, ksm: 24, ...TWO_NODES },
  },
];

describe.for(EXPECTED)("$recording of $kernel", ({ kernel, recording, passed, notModelled }) => {
  const histories = loadHistories(kernel, recording);
  const verdicts: HistoryVerdict[] = [];

  for (let first = 0; first < histories.length; first += BATCH) {
    const batch = histories.slice(first, first + BATCH);
    test(`${batch[0]?.id} to ${batch.at(-1)?.id}: none fails`, { timeout: TIMEOUT_MS }, () => {
      const failed: string[] = [];
      for (const history of batch) {
        const verdict = runHistory(history, kernel);
        verdicts.push(verdict);
        if (verdict.outcome === "failed") failed.push(`${history.id}: ${verdict.problem}`);
      }
      expect(failed).toEqual([]);
    });
  }

  test(`${passed} pass, and the others are not modelled, by name`, () => {
    const left: Record<string, number> = {};
    for (const { outcome, problem } of verdicts) {
      if (outcome !== "not modelled") continue;
      const what = problem?.replace("not modelled: ", "") ?? "";
      left[what] = (left[what] ?? 0) + 1;
    }
    expect(left).toEqual(notModelled);
    expect(verdicts.filter(({ outcome }) => outcome === "passed")).toHaveLength(passed);
  });
});
