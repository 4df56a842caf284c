/** What people type and copy: replay strings, and strategies by name. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatReplay,
  parseReplay,
  parseStrategy,
  replayOf,
  STRATEGY_FORMS,
} from "../src/index.ts";

describe("replay strings", () => {
  const IDENTITY = "5c1e09a7f3b2d846";

  test("a string names its litmus, which text it was made of, and the schedule", () => {
    expect(parseReplay(`d01-exec-arguments+cured#${IDENTITY}@v1:a3b2`)).toEqual({
      litmus: "d01-exec-arguments+cured",
      identity: IDENTITY,
      schedule: "v1:a3b2",
    });
    expect(parseReplay("./d@01.yaml@v1:a")).toEqual({ litmus: "./d@01.yaml", schedule: "v1:a" });
  });

  test("whatever the litmus is called, it comes back", () => {
    const anyName = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(anyName, fc.boolean(), (litmus, hasIdentity) => {
        const replay = { litmus, ...(hasIdentity && { identity: IDENTITY }), schedule: "v1:ab" };
        expect(parseReplay(formatReplay(replay))).toEqual(replay);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test("a litmus that goes by its name has no identity in its strings", () => {
    expect(replayOf({ name: "two", identity: "two" }, "v1:a")).toBe("two@v1:a");
    expect(replayOf({ name: "two" }, "v1:a")).toBe("two@v1:a");
    expect(replayOf({ name: "two", identity: IDENTITY }, "v1:a")).toBe(`two#${IDENTITY}@v1:a`);
  });

  test.each([
    ["v1:ab", 'parseReplay: wanted a litmus, @ and a schedule, got "v1:ab"'],
    ["@v1:ab", 'parseReplay: wanted a litmus, @ and a schedule, got "@v1:ab"'],
    ["", 'parseReplay: wanted a litmus, @ and a schedule, got ""'],
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

  test.each([
    "",
    "bfs",
    "dfs:1",
    "bounded",
    "pct:1",
    "pct:1,2,3",
    "bounded:1:2",
    "bounded:",
    "bounded:-1",
    "bounded:x",
    "random:1.5",
    "random:0x10",
    "constructor",
    "__proto__",
  ])("%j is refused", (text) => {
    expect(() => parseStrategy(text, 100)).toThrow(/^parseStrategy: wanted dfs, dpor, .*, got /);
  });

  test.each(["bounded:9007199254740993", "pct:1,0"])("%j has a number out of range", (text) => {
    expect(() => parseStrategy(text, 100)).toThrow(/must be an integer from/);
  });
});
