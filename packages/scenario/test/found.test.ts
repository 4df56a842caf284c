/** Small histories with the answers of the reference kernel: what the model once got wrong. */
import { describe, expect, test } from "vitest";
import { runScenario } from "../src/index.ts";
import { mismatches, parsed, scenarioFiles, unmet } from "./files.ts";

/** What a recount rightly finds. */
const DEFECTS: Readonly<Record<string, readonly string[]>> = {
  // D44, pages taken off locked_vm that never were on it
  "y03-munlock-hugepage.yaml": ["munlock P A: mm: mm1: locked_vm is -512, but 0 counted"],
};

describe.each(scenarioFiles("found").map((file) => [file.name, file] as const))(
  "%s",
  (name, file) => {
    const result = runScenario(parsed(file), { check: true });

    test("meets what it expects", () => {
      expect(result.expectations.length + result.steps.length).toBeGreaterThan(0);
      expect(unmet(result)).toEqual([]);
    });

    test("leaves nothing miscounted", () => {
      expect(mismatches(result)).toEqual(DEFECTS[name] ?? []);
    });
  },
);
