/** From text to a scenario, or to all that keeps it from being one. */
import type { Expectation } from "../facts/observation.ts";
import { type Problem, ScenarioError } from "../format/problem.ts";
import { visible } from "../format/visible.ts";
import { type Scenario, type ScenarioInput, scenario } from "../story/scenario.ts";
import { parseExpectations } from "./expectations.ts";
import { validate } from "./issues.ts";
import { checkNames } from "./names.ts";
import { readSource, type Source } from "./source.ts";
import { parseSteps } from "./steps.ts";
import { checkSwap } from "./swap-types.ts";
import { parseThreads } from "./threads.ts";

/**
 * Reads a scenario.
 * @param text YAML or JSON
 * @param fileName what messages begin with
 * @throws ScenarioError that names every problem with line and column
 * @example
 * ```ts
 * import { parseScenario } from "@forkpath/scenario";
 * const scenario = parseScenario("processes: { P: {} }\nsteps: [{ fork: P, as: C }]\n");
 * console.log(scenario.steps[0]?.action.text); // fork P as C
 * ```
 */
export const parseScenario = (text: string, fileName = "scenario"): Scenario =>
  scenarioIn(readSource(text), fileName);

/**
 * @param read takes the place of the schema, for what is known to fit it
 * @throws ScenarioError that names every problem, and where in `source` it is
 */
export function scenarioIn(
  source: Source,
  fileName: string,
  read?: (value: unknown) => ScenarioInput,
): Scenario {
  const problems = [...source.problems];
  const parsed =
    problems.length === 0 ? parseDocument(source, fileName, problems, read) : undefined;
  if (parsed !== undefined && problems.length === 0) {
    problems.push(...checkNames(parsed, source.locate), ...checkSwap(parsed, source.locate));
  }
  if (parsed === undefined || problems.length > 0) {
    throw new ScenarioError(fileName, problems.sort(byPlace));
  }
  return parsed;
}

/** Steps and expectations are looked into even where the rest is wrong: one run tells it all. */
function parseDocument(
  source: Source,
  fileName: string,
  problems: Problem[],
  read?: (value: unknown) => ScenarioInput,
): Scenario | undefined {
  const input =
    read === undefined
      ? validate(scenario, source.value, [], source, problems)
      : read(source.value);
  const expectations = (...path: string[]): Expectation[] =>
    parseExpectations(listAt(source, path), path, source, problems);
  const steps = parseSteps(listAt(source, ["steps"]), ["steps"], source, problems);
  for (const step of steps) {
    if (step.mayFail)
      problems.push({ ...step.at, message: "mayFail: only a step of a thread has it" });
  }
  const threads = parseThreads(source, problems);
  const expect = expectations("expect");
  const cureExpect = expectations("cure", "expect");
  if (input === undefined) return undefined;
  const {
    title = fileName,
    about = "",
    see = "",
    defect = null,
    machine = {},
    processes = {},
  } = input;
  return {
    fileName,
    title: visible(title.trim().replaceAll(/\s+/g, " ")),
    about,
    see,
    defect,
    machine,
    processes: new Map(
      Object.entries(processes).map(([name, input]) => [
        name,
        { ...input, at: source.locateKey(["processes", name]) },
      ]),
    ),
    steps,
    threads,
    switchAt: (input.switchAt ?? []).map((name, index) => ({
      name,
      at: source.locate(["switchAt", index]),
    })),
    neverFalls: (input.neverFalls ?? []).map((peak, index) => ({
      ...peak,
      at: source.locate(["neverFalls", index]),
    })),
    expect,
    cure: input.cure === undefined ? null : { machine: input.cure.machine, expect: cureExpect },
  };
}

/** Empty where there is no list: `validate` tells of a wrong one. */
function listAt(source: Source, path: readonly string[]): readonly unknown[] {
  const value = path.reduce<unknown>(
    (part, key) => (part as Record<string, unknown> | null | undefined)?.[key],
    source.value,
  );
  return Array.isArray(value) ? value : [];
}

const byPlace = (left: Problem, right: Problem): number =>
  left.line - right.line || left.column - right.column;
