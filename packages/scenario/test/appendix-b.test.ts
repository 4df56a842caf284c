/** SPEC Appendix B as scenarios, one file for each row. */
import { expect, test } from "vitest";
import { runScenario } from "../src/index.ts";
import { mismatches, parsed, scenarioFiles, unmet } from "./files.ts";

const files = scenarioFiles("appendix-b");

test("SPEC Appendix B: a file for each row", () => {
  const rows = Array.from({ length: 28 }, (_, index) => index + 1);
  const names = rows.map((row) => `b${String(row).padStart(2, "0")}.yaml`);
  expect(files.map(({ name }) => name)).toEqual(names);
});

const titled = files.map((file) => [parsed(file).title, parsed(file)] as const);

test.each(titled)("SPEC %s", (_, scenario) => {
  const result = runScenario(scenario, { check: true });
  expect(unmet(result)).toEqual([]);
  expect(result.expectations.length).toBeGreaterThan(1);
  expect(result.isOk).toBe(true);
});

const sound = titled.filter(([, { defect }]) => defect === null);

test.each(sound)("SPEC %s: every invariant holds after each step", (_, scenario) => {
  expect(mismatches(runScenario(scenario, { check: true }))).toEqual([]);
});
