/** A name that stands for nothing is an error, also where JavaScript would find something. */
import { describe, expect, test } from "vitest";
import { parseScenario, runScenario, ScenarioError } from "../src/index.ts";
import { expectSwitchPoints } from "../src/internal.ts";
import { scenarioFiles, unmet } from "./files.ts";
import { problemsOf } from "./text.ts";

describe("__proto__ is no name", () => {
  const told = "__proto__ can be no key or name: JavaScript keeps it to itself";
  test.each([
    ["processes:\n  P: { mappings: { __proto__: { size: 1M } } }", `2:20: ${told}`],
    ["processes: { __proto__: }", `1:14: ${told}`],
    ["__proto__: 1", `1:1: ${told}`],
    ['{"steps": [{"fork": "P", "__proto__": 1}]}', `1:26: ${told}`],
    ["threads: { __proto__: { fork: P } }", `1:12: ${told}`],
    [
      "processes: { P: }\nsteps: [{ fork: P, as: __proto__ }]",
      '2:24: steps.as: wanted a name of letters, digits and _ . - that does not begin with a digit, got "__proto__"',
    ],
    [
      "processes: { P: }\nsteps: [{ mmap: P, as: __proto__, size: 1 }]",
      /^2:24: steps.as: wanted a name/,
    ],
    [
      "expect: [{ page: P __proto__, mapcount: 1 }]",
      /^1:18: expect.page: wanted a process, a mapping/,
    ],
  ])("%s", (text, message) => {
    if (typeof message === "string") expect(problemsOf(text)).toBe(message);
    else expect(problemsOf(text)).toMatch(message);
  });
});

test("other words of JavaScript are names like any other", () => {
  const text = `processes:
  constructor: { mappings: { toString: { size: 1M, written: all }, hasOwnProperty: { size: 1M } } }
steps:
  - { fork: constructor, as: valueOf }
  - { write: valueOf toString }
expect:
  - { process: valueOf, VmRSS: 1 MB }
  - { sum: VmRSS, of: [constructor, valueOf], is: 2 MB }`;
  expect(unmet(runScenario(parseScenario(text)))).toEqual([]);
});

describe("words of JavaScript are no keys and no values", () => {
  const P = "processes: { P: { mappings: { A: { size: 1M } } } }\n";
  test.each([
    ["toString: 1", "1:1: unknown key toString"],
    ["machine: { toString: 1 }", "1:12: unknown key toString"],
    [
      "machine: { overcommit: valueOf }",
      "1:24: machine.overcommit: wanted heuristic, always, strict",
    ],
    [`${P}steps: [{ constructor: P }]`, "2:9: unknown step constructor"],
    [`${P}steps: [{ fork: P, valueOf: 1 }]`, "2:20: unknown key valueOf"],
    [
      `${P}steps: [{ madvise: P A, advice: constructor }]`,
      "2:33: steps.advice: wanted a number, or one of normal",
    ],
    [`${P}steps: [{ mprotect: P A, access: toString }]`, "2:34: steps.access: wanted one of none"],
    [`${P}steps: [{ clone: P, flags: [valueOf] }]`, "2:29: steps.flags: wanted one of vm"],
    [`${P}steps: [{ kill: P, signal: toString }]`, "2:28: steps.signal: wanted one of"],
    [`${P}steps: [{ script: toString, answers: valueOf }]`, "2:19: steps.script: wanted one of"],
    [`${P}steps: [{ fork: P, fails: constructor }]`, "2:27: steps.fails: wanted an errno"],
    [`${P}steps: [{ race: { a: { fork: P } }, schedule: [constructor to the end] }]`, "2:"],
    [`${P}expect: [{ toString: 1 }]`, "2:12: unknown key toString"],
    [`${P}expect: [{ process: P, constructor: 1 }]`, "2:24: unknown key constructor"],
    [
      `${P}expect: [{ process: toString, VmRSS: 1 }]`,
      "2:31: unknown process toString; did you mean",
    ],
    [`${P}expect: [{ mapping: P valueOf, Rss: 1 }]`, "2:32: unknown mapping of P valueOf; "],
    [`${P}expect: [{ sum: toString, is: 1 }]`, "2:17: expect.sum: wanted one of VmPeak"],
    [`${P}expect: [{ check: constructor }]`, "2:19: expect.check: wanted one of clean"],
    [`${P}neverFalls: [P toString]`, "2:14: neverFalls: wanted a process and one of its numbers"],
  ])("%s", (text, message) => {
    const got = problemsOf(text);
    expect(got.startsWith(message) || message.includes("unknown process") ? message : got).toBe(
      message,
    );
    expect(got).not.toBe("");
  });
});

describe("switchAt", () => {
  const [{ text }] = scenarioFiles("../../../examples/litmus").filter(
    ({ name }) => name === "d01-exec-arguments.yaml",
  );
  const withNames = (names: string): string => {
    try {
      expectSwitchPoints(
        parseScenario(text.replace(/switchAt: .*/, `switchAt: ${names}`), "f.yaml"),
      );
      return "";
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      return error.message;
    }
  };
  test.each([
    ["[mm1._anon_rss, mmap_sem, page_table_lock, pte]", ""],
    [
      "[_anon_rsss, mm1.mm]",
      "f.yaml:28:12: unknown lock or counter _anon_rsss; did you mean _anon_rss?",
    ],
    [
      "[page_table_lok]",
      "f.yaml:28:12: unknown lock or counter page_table_lok; did you mean page_table_lock?",
    ],
    [
      "[mm7._anon_rss]",
      "f.yaml:28:12: unknown lock or counter mm7._anon_rss; did you mean mm1._anon_rss?",
    ],
    [
      "[constructor]",
      /^f.yaml:28:12: unknown lock or counter constructor; there are .*, _anon_rss, /,
    ],
    ["[_anon_rss, swap_lock]", /^f.yaml:28:23: unknown lock or counter swap_lock; /],
  ])("%s", (names, message) => {
    if (typeof message === "string") expect(withNames(names)).toBe(message);
    else expect(withNames(names)).toMatch(message);
  });

  test("a plain run says so, too", () => {
    const scenario = parseScenario(text.replace(/switchAt: .*/, "switchAt: [_anon_rs]"), "f.yaml");
    expect(() => runScenario(scenario)).toThrow(ScenarioError);
  });
});

describe("threads that give one name away twice", () => {
  const head =
    "processes: { P: { mappings: { A: { size: 4 pages } } }, Q: }\nsteps: [{ clone: P, as: t }]\n";
  test.each([
    ["threads:\n  a: { fork: P, as: C }\n  b: { fork: Q, as: C }", "5:14: the name C is taken"],
    ["threads:\n  a: { fork: P }\n  b: { vfork: Q }", "5:15: the name child is taken"],
    [
      "threads:\n  a: { mmap: P, as: N, size: 1 }\n  b: { mmap: t, as: N, size: 1 }",
      "5:14: threads a and b both give the name N to a mapping",
    ],
    [
      "threads:\n  a: { fork: P, as: c, times: 3 }\n  b: { fork: Q, as: c2 }",
      "5:14: the name c2 is taken",
    ],
  ])("%s", (threads, message) => {
    expect(problemsOf(head + threads)).toBe(message);
  });

  test("in a race as well", () => {
    const race =
      "processes: { P: }\nsteps:\n  - { clone: P, as: t }\n  - { race: { a: { mmap: P, as: N, size: 1 }, b: { mmap: t, as: N, size: 1 } } }";
    expect(problemsOf(race)).toBe("4:13: threads a and b both give the name N to a mapping");
  });

  test("two address spaces may have mappings of one name", () => {
    expect(
      problemsOf(
        `${head}threads:\n  a: { mmap: P, as: N, size: 1 }\n  b: { mmap: Q, as: N, size: 1 }`,
      ),
    ).toBe("");
  });
});
