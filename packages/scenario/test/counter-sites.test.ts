/**
 * SPEC §1.5: each site that changes a counter, as a step of one scenario.
 *
 * Not here: rows 5, 20, 21 and 25 to 28, which belong to drivers, nonlinear mappings, execute in
 * place and huge pages; rows 22 and 23, which are remap_file_pages.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseScenario, runScenario } from "../src/index.ts";

const text = readFileSync(join(import.meta.dirname, "counter-sites.yaml"), "utf8");
const scenario = parseScenario(text, "counter-sites.yaml");
const { steps } = runScenario(scenario);
const notes = scenario.steps.map(({ note }) => note ?? "the rest of it");

test.each(notes.map((note, index) => [note, index] as const))("SPEC §1.5 %s", (_, index) => {
  const { expectations } = steps[index];
  expect(expectations.length).toBeGreaterThanOrEqual(3);
  expect(expectations.filter(({ isMet }) => !isMet)).toEqual([]);
});

test("SPEC §1.5: rows 1 to 4, 6 to 19 and 24 have a step", () => {
  const rows = [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 24];
  const named = notes.join("\n").match(/(?<=rows? |and )\d+/g) ?? [];
  expect([...new Set(named.map(Number))].sort((a, b) => a - b)).toEqual(rows);
});
