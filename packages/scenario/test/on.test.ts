/** Expectations and failures that some releases of Linux are asked for, and others not. */
import { describe, expect, test } from "vitest";
import { onKernel, parseScenario, runScenario } from "../src/index.ts";
import { unmet } from "./files.ts";
import { problemsOf } from "./text.ts";

const P = "processes: { P: { mappings: { heap: { size: 4 pages, written: all } } } }\n";

const WIPED = `${P}steps:
  - { madvise: P heap, advice: wipeonfork, fails: { EINVAL: [el6, v3.10, v4.4] } }
  - fork: P
    as: C
    expect:
      - { on: [el6, v3.10, v4.4], process: C, anonRss: 4 }
      - { on: [rhel7, v4.14+], process: C, anonRss: 0, note: a stack and nothing else }
expect:
  - { on: before v4.14, process: P, anonRss: 4 }
  - { process: P, anonRss: 4 }
`;

describe("on: some releases", () => {
  const scenario = parseScenario(WIPED, "test");

  // Of madvise, of fork, of the end.
  test.each([
    ["el6", [1, 1, 2]],
    ["rhel7", [0, 1, 2]],
    ["v4.4", [1, 1, 2]],
    ["v4.14", [0, 1, 1]],
    ["v6.18", [0, 1, 1]],
  ] as const)("%s is asked what it is to be asked", (kernel, asked) => {
    const result = runScenario(onKernel(scenario, kernel));
    expect(unmet(result)).toEqual([]);
    const ofSteps = result.steps.map(({ expectations }) => expectations.length);
    const [madvise, fork] = ofSteps;
    expect([madvise, fork, result.expectations.length - madvise - fork]).toEqual(asked);
  });

  test("a wrong answer is one on the releases that are asked", () => {
    const wrong = parseScenario(WIPED.replace("process: C, anonRss: 0", "process: C, anonRss: 1"));
    expect(unmet(runScenario(onKernel(wrong, "el6")))).toEqual([]);
    expect(unmet(runScenario(onKernel(wrong, "v5.4")))).toEqual([
      "8: C anonRss: wanted 1 page, got 0 pages",
    ]);
  });

  test("a failure that comes on another release is one", () => {
    const wrong = parseScenario(WIPED.replace("EINVAL: [el6, v3.10, v4.4]", "EINVAL: v4.4"));
    expect(unmet(runScenario(onKernel(wrong, "el6")))).toEqual([
      "3: madvise P heap: wanted success, got EINVAL",
    ]);
  });
});

const FORMS =
  "wanted releases such as v5.8+, before v5.8, v4.4..v5.4 or rhel8, or a list of them, got";
const AXIS = "el6, v3.10, rhel7, v4.4, v4.14, rhel8, v5.4, v5.10, v5.14, v5.19, v6.1, v6.12, v6.18";
const none = (text: string): string =>
  `wanted a range with one of ${AXIS} in it (${text} has none)`;

describe("what no release would be asked is refused", () => {
  test.each([
    ["{ on: 5.8, check: clean }", `2:16: expect.on: ${FORMS} 5.8`],
    ["{ on: v5.8+ , chek: clean }", "2:24: unknown key chek"],
    ["{ on: [], check: clean }", `2:16: expect.on: ${FORMS} a list`],
    ["{ on: v6.19+, check: clean }", `2:16: expect.on: ${none("v6.19+")}, got "v6.19+"`],
    ["{ on: [v5.4, before el6], check: clean }", `2:16: expect.on: ${none("before el6")}`],
    ["{ on: v5.4..v4.4, check: clean }", `2:16: expect.on: ${none("v5.4..v4.4")}`],
    ["{ on: v5.8, check: clean }", `2:16: expect.on: ${none("v5.8")}`],
    ["{ note: 3, check: clean }", "2:18: expect.note: wanted a text, got 3"],
  ])("%s", (entry, problem) => {
    expect(problemsOf(`${P}expect: [${entry}]`)).toContain(problem);
  });

  test.each([
    ["{ ENOMEM: v6.19+ }", none("v6.19+")],
    ["{ ENOMEM: v5.4+, EAGAIN: v5.10 }", "wanted one failure for each release"],
    ["{}", "wanted one failure for each release"],
    ["{ nomem: v5.4+ }", "wanted an errno"],
    ["[ENOMEM]", "wanted an errno such as ENOMEM, a signal such as SIGSEGV, or BUG, or releases"],
  ])("fails: %s", (fails, problem) => {
    expect(problemsOf(`${P}steps: [{ fork: P, fails: ${fails} }]`)).toContain(problem);
  });
});
