/** What people type and copy: replay strings, and strategies by name. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatReplay, parseReplay, parseStrategy, STRATEGY_FORMS } from "../src/index.ts";

describe("replay strings", () => {
  test("a string names its litmus and the schedule", () => {
    expect(parseReplay("d01-exec-arguments+cured@v1:a3b2")).toEqual({
      litmus: "d01-exec-arguments+cured",
      schedule: "v1:a3b2",
    });
  });

  test("whatever the litmus is called, it comes back", () => {
    const anyName = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(anyName, (litmus) => {
        expect(parseReplay(formatReplay(litmus, "v1:ab"))).toEqual({ litmus, schedule: "v1:ab" });
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test.each([
    ["v1:ab", 'parseReplay: wanted a litmus, @ and a schedule, got "v1:ab"'],
    ["@v1:ab", 'parseReplay: wanted a litmus, @ and a schedule, got "@v1:ab"'],
    ["d01@v2:ab", 'parseSchedule: wanted a schedule that starts with "v1:", got "v2:ab"'],
  ])("%s is refused", (text, message) => {
    expect(() => parseReplay(text)).toThrow(new RangeError(message));
  });
});

describe("strategies", () => {
  test.each([
    ["dfs", "dfs"],
    ["dpor", "dpor"],
    ["bounded:2", "bounded(2)"],
    ["pct:7,3", "pct(7, 3, 100)"],
    ["random:7", "random(7, 100)"],
  ])("%s is %s", (text, name) => {
    expect(parseStrategy(text, 100).name).toBe(name);
  });

  test("every form that is offered is one of these", () => {
    expect(STRATEGY_FORMS).toEqual([
      "dfs",
      "dpor",
      "bounded:PREEMPTIONS",
      "pct:SEED,DEPTH",
      "random:SEED",
    ]);
  });

  test.each(["", "bfs", "dfs:1", "bounded", "bounded:", "pct:1", "pct:1,2,3"])(
    "%j is refused",
    (text) => {
      expect(() => parseStrategy(text, 100)).toThrow(/^parseStrategy: wanted dfs, dpor, .*, got /);
    },
  );

  test.each(["bounded:-1", "bounded:x", "pct:1,0", "random:1.5"])(
    "%j has a number out of range",
    (text) => {
      expect(() => parseStrategy(text, 100)).toThrow(/must be an integer from/);
    },
  );
});
