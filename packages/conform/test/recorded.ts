/** Tests that recorded histories come out in the model as they did in the running kernel. */
import { loadHistories, type RecordedKernel, type Recording } from "@forkpath/recordings";
import { describe, expect, test } from "vitest";
import { type HistoryVerdict, runHistory } from "../src/index.ts";

/** Room for a machine that has other things to do. */
const TIMEOUT_MS = 600_000;
/** Histories a test: about a second. */
const BATCH = 64;

export interface Expected {
  readonly kernel: RecordedKernel;
  readonly recording: Recording;
  readonly passed: number;
  /** How many histories end at what the model leaves out. */
  readonly notModelled: Readonly<Record<string, number>>;
}

/** Histories made by hand, one rule each, or those that a generator made. */
export type Origin = "hand" | "random";
const originOf = (id: string): Origin => (/^[rt]-/.test(id) ? "random" : "hand");

/** A test for each 64 histories of that origin, and one for what is left out. */
export function testHistories(origin: Origin, expected: readonly Expected[]): void {
  describe.for(expected)("$recording of $kernel", ({ kernel, recording, passed, notModelled }) => {
    const all = loadHistories(kernel, recording);
    const histories = all.filter(({ id }) => originOf(id) === origin);
    const verdicts: HistoryVerdict[] = [];

    for (let first = 0; first < histories.length; first += BATCH) {
      const batch = histories.slice(first, first + BATCH);
      test(`${batch[0]?.id} to ${batch.at(-1)?.id}: none fails`, { timeout: TIMEOUT_MS }, () => {
        const ran = batch.map((history) => runHistory(history, kernel));
        verdicts.push(...ran);
        const failed = ran.flatMap(({ outcome, problem }, index) =>
          outcome === "failed" ? [`${batch[index]?.id}: ${problem}`] : [],
        );
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
}
