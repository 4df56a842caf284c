/** Schedules as text: there and back, and what is refused. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatSchedule, MAX_THREADS, parseSchedule, threadLetter } from "../src/index.ts";

test.each([
  [[], "v1:"],
  [[0], "v1:a"],
  [[0, 0, 1, 2, 2, 2], "v1:a2bc3"],
  [new Array(1000).fill(25), "v1:z1000"],
])("%j is %s, and back", (choices, text) => {
  expect(formatSchedule(choices)).toBe(text);
  expect(parseSchedule(text)).toEqual(choices);
});

test("any list of threads survives being written and read", () => {
  const choices = fc.array(fc.nat({ max: MAX_THREADS - 1 }));
  fc.assert(
    fc.property(choices, (threads) => {
      expect(parseSchedule(formatSchedule(threads))).toEqual(threads);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("a thread is a letter, by its place in the program", () => {
  expect([0, 1, MAX_THREADS - 1].map(threadLetter)).toEqual(["a", "b", "z"]);
});

describe("refused:", () => {
  test.each([
    ["", 'wanted a schedule that starts with "v1:", got ""'],
    ["v2:a", 'wanted a schedule that starts with "v1:", got "v2:a"'],
    ["v1:aB", 'wanted a thread\'s letter and perhaps a count, at character 4, got "v1:aB"'],
    ["v1:3", 'wanted a thread\'s letter and perhaps a count, at character 3, got "v1:3"'],
    ["v1:a0", 'wanted a thread\'s letter and perhaps a count, at character 4, got "v1:a0"'],
    ["v1:a 2", 'wanted a thread\'s letter and perhaps a count, at character 4, got "v1:a 2"'],
    ["v1:a9b999999999", 'wanted at most 1000000 choices, at character 5, got "v1:a9b999999999"'],
  ])("%s", (text, message) => {
    expect(() => parseSchedule(text)).toThrow(new RangeError(`parseSchedule: ${message}`));
  });

  test("and a long text is not repeated in full", () => {
    expect(() => parseSchedule(`v1:${"a".repeat(500)}?`)).toThrow(/got "v1:a{57}…"$/);
  });
});
