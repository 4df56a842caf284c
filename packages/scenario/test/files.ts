/** The scenario files that tests run: of this package, and of the examples beside it. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { KERNELS } from "@forkpath/abi";
import { mismatchText } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  parseScenario,
  runOnKernels,
  runScenario,
  type Scenario,
  type ScenarioResult,
} from "../src/index.ts";

export interface ScenarioFile {
  readonly name: string;
  readonly text: string;
}

/** The YAML files of a folder, given from this one, in the order of their names. */
export function scenarioFiles(folder: string): readonly ScenarioFile[] {
  const path = join(import.meta.dirname, folder);
  return readdirSync(path)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(path, name), "utf8") }));
}

export const parsed = ({ name, text }: ScenarioFile): Scenario => parseScenario(text, name);

/** What was not as wanted, as lines to read; empty for a run that is fine. */
export const unmet = ({ expectations }: ScenarioResult): readonly string[] =>
  expectations
    .filter(({ isMet }) => !isMet)
    .map(({ line, text, wanted, got }) => `${line}: ${text}: wanted ${wanted}, got ${got}`);

/** What the recounts found, step by step. */
export const mismatches = ({ steps }: ScenarioResult): readonly string[] =>
  steps.flatMap(({ text, mismatches }) => mismatches.map((one) => `${text}: ${mismatchText(one)}`));

/** What was not as it should be when a text is run: an expectation, or a recount. */
export function wrongInText(text: string): readonly string[] {
  const result = runScenario(parseScenario(text, "f.yaml"), { check: true });
  return [...unmet(result), ...mismatches(result)];
}

/** What was not as wanted of a text, on the kernels that it asks, as lines to read. */
const unmetOnKernels = (text: string): readonly string[] =>
  runOnKernels(parseScenario(text, "test"), KERNELS).rows.flatMap(({ line, text: what, cells }) =>
    cells.flatMap(({ kernel, wanted, got, isMet, isAsked }) =>
      isMet || !isAsked ? [] : [`${line} on ${kernel}: ${what}: wanted ${wanted}, got ${got}`],
    ),
  );

/** A test of a history that comes out as it says, on each kernel that it asks. */
export const testOnKernels = (title: string, text: string): void =>
  test(title, () => {
    expect(unmetOnKernels(text)).toEqual([]);
  });
