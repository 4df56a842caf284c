/** Misuse says which function was called, and apart from that what it wants. */
import { expect, test } from "vitest";
import { bounded, parseSchedule, totalOf, WantedError } from "../src/index.ts";

test.each([
  [
    () => parseSchedule("ab"),
    "parseSchedule",
    'wanted a schedule that starts with "v1:", got "ab"',
  ],
  [() => totalOf([]), "totalOf", "wanted at least one shard, got none"],
  [() => bounded(-1), "bounded", "preemptions must be an integer from 0 up, got -1"],
])("%s", (misuse, where, wanted) => {
  const error = catchError(misuse);
  expect(error).toBeInstanceOf(RangeError);
  expect(String(error)).toBe(`RangeError: ${where}: ${wanted}`);
  expect(error?.wanted).toBe(wanted);
});

function catchError(misuse: () => unknown): WantedError | undefined {
  try {
    misuse();
  } catch (error) {
    if (error instanceof WantedError) return error;
  }
  return undefined;
}
