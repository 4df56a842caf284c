/** Releases that are written as nearly right: YAML takes 5.10 for the number 5.1. */
import { expect, test } from "vitest";
import { problemsOf } from "./text.ts";

const P = "processes: { P: { mappings: { heap: { size: 4 pages } } } }\n";

test.each([
  ["6.1", "got 6.1; did you mean v6.1?"],
  ["5.10", "got 5.10; did you mean v5.10?"],
  ["5.1", "got 5.1; it is not modelled: its neighbours are v4.14 and v5.4"],
  ['"5.10"', 'got "5.10"; did you mean v5.10?'],
  ["6.1.0-13-amd64", 'got "6.1.0-13-amd64"; did you mean v6.1?'],
  ["v6.2", 'got "v6.2"; it is not modelled: its neighbours are v6.1 and v6.12'],
  ["7.0", "got 7.0; it is not modelled: the newest is v6.18"],
  ["el7", 'got "el7"; did you mean rhel7?'],
  ["3", "v6.18, got 3"],
  ["[6.1]", "v6.18, got a list"],
])("kernel: %s", (kernel, problem) => {
  const text = `machine: { kernel: ${kernel} }\n${P}`;
  expect(problemsOf(text)).toMatch(/^1:20: machine\.kernel: wanted one of el6, v3\.10, /);
  expect(problemsOf(text).endsWith(problem)).toBe(true);
});

test("a number that stands elsewhere in the text is shown as it is written there", () => {
  const text = `machine: { nrCpus: &it 5.10, kernel: *it }\n${P}`;
  expect(problemsOf(text)).toContain("nrCpus: wanted a whole number from 1 to 4096, got 5.10");
  expect(problemsOf(text)).toContain("got 5.10; did you mean v5.10?");
});

test("a rule is told, too", () => {
  expect(problemsOf(`machine: { rules: { argLock: 6.1 } }\n${P}`)).toContain(
    "wanted a release, or { cures: D1 }, got 6.1; did you mean v6.1?",
  );
});

test.each([
  ["5.10", "got 5.10; did you mean v5.10?"],
  ["[6.1]", "got 6.1; did you mean v6.1?"],
  ["5.8+", 'got "5.8+"; did you mean v5.8+?'],
  ["before 5.8", 'got "before 5.8"; did you mean before v5.8?'],
  ["4.4..v5.4", 'got "4.4..v5.4"; did you mean v4.4..v5.4?'],
  ["7.0", "got 7.0; it is not modelled: the newest is v6.18"],
  ["7.0+", 'got "7.0+"; it is not modelled: the newest is v6.18'],
  ["el7+", 'got "el7+"; did you mean rhel7?'],
  ["after v5", 'or a list of them, got "after v5"'],
])("on: %s", (on, problem) => {
  const text = problemsOf(`${P}expect: [{ on: ${on}, process: P, anonRss: 4 }]`);
  expect(text).toContain("wanted releases such as v5.8+, before v5.8, v4.4..v5.4 or rhel8");
  expect(text.endsWith(problem)).toBe(true);
});
