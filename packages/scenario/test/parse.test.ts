/** What is wrong with a text is told all at once, with line and column, wanted and got. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseScenario, ScenarioError } from "../src/index.ts";
import { problemsOf } from "./text.ts";

const GOOD = `title: A prefork server
machine: { memory: 4G, swap: 1G }
processes:
  master:
    mappings:
      heap: { kind: anon, size: 64M, written: 100% }
steps:
  - fork: master
    as: worker
    times: 20
  - write: { process: worker1, mapping: heap, pages: 0..255 }
expect:
  - { process: worker1, VmRSS: 64 MB }
`;

/** The good text with one thing changed. */
const withChange = (from: string, to: string): string => {
  expect(GOOD).toContain(from);
  return GOOD.replace(from, to);
};

test("the good text is a scenario", () => {
  expect(problemsOf(GOOD)).toBe("");
});

describe("one problem, one line", () => {
  test.each([
    [
      "size: 64M",
      "size: 64Q",
      '6:33: processes.master.mappings.heap.size: wanted a size such as 12M, 3 pages or 4096 (bytes), got "64Q"',
    ],
    [
      "size: 64M, ",
      "",
      "6:13: processes.master.mappings.heap.size: wanted a size such as 12M, 3 pages or 4096 (bytes), got nothing",
    ],
    [
      "written: 100%",
      "written: 120%",
      '6:47: processes.master.mappings.heap.written: wanted pages such as all, 50%, 3 pages, 7 or 0..255, got "120%"',
    ],
    ["written:", "writen:", "6:38: unknown key writen; did you mean written?"],
    [
      "kind: anon",
      "kind: anonymous",
      '6:21: processes.master.mappings.heap.kind: wanted one of anon, heap, stack, file, shared-file, shmem, device, pfnmap, mixedmap, insertpage, got "anonymous"',
    ],
    [
      "memory: 4G",
      "memory: [4G]",
      "2:20: machine.memory: wanted a size such as 12M, 3 pages or 4096 (bytes), got a list",
    ],
    [
      "memory: 4G",
      "memory: 9T",
      '2:20: machine.memory: wanted memory from 2 pages to 8T, got "9T"',
    ],
    [
      "swap: 1G",
      "swap: [8T]",
      "2:30: machine.swap: wanted at most 29 areas, each of less than 8T, got a list",
    ],
    [
      "size: 64M",
      "size: 4097T",
      '6:33: processes.master.mappings.heap.size: wanted a size of at most 4096T, got "4097T"',
    ],
    [
      "    mappings:",
      "    parent: late\n    mappings:",
      "5:13: unknown process late; there are none yet",
    ],
    [
      "    mappings:",
      "    kernelThread: true\n    mappings:",
      "5:5: processes.master: wanted a kernel thread without mappings, got keys with values",
    ],
    ["as: worker", "az: worker", "9:5: unknown key az; did you mean as?"],
    ["times: 20", "times: 0", "10:12: steps.times: wanted a whole number from 1 to 100000, got 0"],
    ["fork: master", "fork: mastre", "8:11: unknown process mastre; did you mean master?"],
    ["- fork:", "- frok:", "8:5: unknown step frok; did you mean fork?"],
    [
      "pages: 0..255",
      "pages: 255..0",
      '11:54: steps.write.pages: wanted pages such as all, 50%, 3 pages, 7 or 0..255, got "255..0"',
    ],
    [
      "mapping: heap",
      "mapping: heep",
      "11:12: unknown mapping of worker1 heep; did you mean heap?",
    ],
    [
      "process: worker1, VmRSS",
      "process: worker21, VmRSS",
      "13:26: unknown process worker21; did you mean worker1?",
    ],
    ["memory: 4G", "rules: { argLok: v6.18 }", "2:21: unknown key argLok; did you mean argLock?"],
    ["VmRSS: 64 MB", "VmRss: 64 MB", "13:25: unknown key VmRss; did you mean VmRSS?"],
    [
      "VmRSS: 64 MB",
      "VmRSS: lots",
      '13:32: expect.VmRSS: wanted an amount such as 64 MB, 12 kB or at least 3 pages, got "lots"',
    ],
    [
      "  - { process: worker1, VmRSS: 64 MB }",
      "  - worker1",
      '13:5: expect: wanted an expectation such as { process: P, VmRSS: 4 MB }, got "worker1"',
    ],
    [
      "title: A prefork",
      "title: A: prefork",
      "1:8: Nested mappings are not allowed in compact mappings",
    ],
    ["title:", "machine: {}\ntitle:", "3:1: Map keys must be unique"],
  ])("%s as %s", (from, to, message) => {
    const told = problemsOf(withChange(from, to));
    expect(told.split("\n")).toContain(message);
  });
});

test("several problems are told in the order of the text", () => {
  const text = withChange("64M", "64Q").replace("- fork:", "- frok:").replace("VmRSS", "VmRss");
  expect(problemsOf(text).split("\n")).toEqual([
    '6:33: processes.master.mappings.heap.size: wanted a size such as 12M, 3 pages or 4096 (bytes), got "64Q"',
    "8:5: unknown step frok; did you mean fork?",
    "13:25: unknown key VmRss; did you mean VmRSS?",
  ]);
});

test("problems are data, too", () => {
  try {
    parseScenario(withChange("64M", "64Q"));
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    const [problem] = (error as ScenarioError).problems;
    expect(problem).toMatchObject({ line: 6, column: 33 });
  }
});

describe("names", () => {
  const history = (steps: string): string => `
processes:
  P:
    mappings:
      heap: { size: 4 pages }
steps:
${steps}`;

  test("a child has its parent's mappings, and names are given once", () => {
    const steps = "  - { fork: P, as: C }\n  - { write: C heap }\n  - { fork: P, as: C }";
    expect(problemsOf(history(steps))).toBe("9:13: the name C is taken");
  });

  test("a fork that is to fail gives no name away", () => {
    const steps = "  - { fork: P, as: C, fails: ENOMEM }\n  - { fork: P, as: C }";
    expect(problemsOf(history(steps))).toBe("");
  });

  test("exec leaves text, data, bss and stack", () => {
    expect(problemsOf(history("  - { exec: P }\n  - { write: P stack 0 }"))).toBe("");
    expect(problemsOf(history("  - { exec: P }\n  - { write: P heap }"))).toBe(
      "8:14: unknown mapping of P heap; there are text, data, bss, stack",
    );
  });

  test("what mmap makes can be used, as its name says", () => {
    const steps = "  - { mmap: P, as: arena, size: 1M }\n  - { write: P arena 0..3 }";
    expect(problemsOf(history(steps))).toBe("");
  });

  test("threads of a race are looked into", () => {
    const steps = "  - { race: { a: { fork: P }, b: { write: Q heap } }, schedule: aab }";
    expect(problemsOf(history(steps))).toContain("unknown process Q");
  });

  test("a schedule names the threads that there are", () => {
    const steps = "  - { race: { a: { fork: P } }, schedule: aab }";
    expect(problemsOf(history(steps))).toContain("wanted a race whose schedule names its threads");
  });
});

test("JSON is read as well", () => {
  const json = JSON.stringify({
    processes: { P: { mappings: { heap: { size: "4 pages", written: "all" } } } },
    steps: [{ fork: "P", as: "C" }],
    expect: [{ process: "C", anonRss: 4 }],
  });
  expect(parseScenario(json).steps).toHaveLength(1);
});

test("whatever the text is, it is a scenario or a ScenarioError", () => {
  const document = fc.record(
    {
      title: fc.anything(),
      machine: fc.anything(),
      processes: fc.dictionary(fc.string(), fc.anything()),
      steps: fc.array(
        fc.oneof(
          fc.anything(),
          fc.dictionary(fc.constantFrom("fork", "write", "race", "expect", "times"), fc.anything()),
        ),
      ),
      expect: fc.array(
        fc.dictionary(fc.constantFrom("process", "page", "sum", "is", "VmRSS"), fc.anything()),
      ),
    },
    { requiredKeys: [] },
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    document.map((value) => JSON.stringify(value) ?? ""),
  );
  fc.assert(
    fc.property(text, (input) => {
      problemsOf(input); // throws for any other error
    }),
    { seed: 20_090_612, numRuns: 200 },
  );
});
