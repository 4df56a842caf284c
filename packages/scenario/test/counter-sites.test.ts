/**
 * SPEC §1.5: each site that changes a counter, as a step of one of two scenarios.
 *
 * Not here: rows 5 and 21, which belong to drivers and to execute in place.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseScenario, runScenario } from "../src/index.ts";

const FILES = ["counter-sites.yaml", "counter-sites-rare.yaml"];

const runs = FILES.map((file) => {
  const scenario = parseScenario(readFileSync(join(import.meta.dirname, file), "utf8"), file);
  const notes = scenario.steps.map(({ note }) => note ?? "the rest of it");
  return { file, notes, steps: runScenario(scenario).steps };
});

describe.each(runs)("$file", ({ notes, steps }) => {
  test.each(notes.map((note, index) => [note, index] as const))("SPEC §1.5 %s", (_, index) => {
    const { expectations } = steps[index];
    expect(expectations.length).toBeGreaterThanOrEqual(3);
    expect(expectations.filter(({ isMet }) => !isMet)).toEqual([]);
  });
});

test("SPEC §1.5: rows 1 to 4, 6 to 20 and 22 to 28 have a step", () => {
  const notes = runs.flatMap((run) => run.notes);
  const named = notes.join("\n").match(/(?<=rows? |and )\d+/g) ?? [];
  const rows = Array.from({ length: 28 }, (_, index) => index + 1);
  expect([...new Set(named.map(Number))].sort((a, b) => a - b)).toEqual(
    rows.filter((row) => row !== 5 && row !== 21),
  );
});
