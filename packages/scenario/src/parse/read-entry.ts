/** Scenarios and parts of them that come as data, from a program that writes scenarios itself. */
import type { Expectation } from "../facts/observation.ts";
import type { Problem } from "../format/problem.ts";
import { type Scenario, scenario } from "../story/scenario.ts";
import type { Step } from "../story/step.ts";
import { parseExpectations } from "./expectations.ts";
import { scenarioIn } from "./parse-scenario.ts";
import { readerOf } from "./reader.ts";
import { NOWHERE, type Source } from "./source.ts";
import { parseSteps } from "./steps.ts";

/** A step that was never in a file stands nowhere in it. */
const NO_SOURCE: Source = {
  value: undefined,
  problems: [],
  locate: () => NOWHERE,
  written: () => undefined,
  locateKey: () => NOWHERE,
};

/** @throws ScenarioError for what is no scenario */
export const scenarioOf = (value: unknown): Scenario =>
  scenarioIn({ ...NO_SOURCE, value }, "scenario");

/**
 * Reads scenarios that dice have made, as `createStepReader` reads their steps: what fits the
 * schema is not held against it again. What its names mean is looked at as ever.
 * @throws ScenarioError for names that mean nothing
 */
export function createStartReader(): (value: unknown) => Scenario {
  const read = readerOf(scenario);
  return (value) => scenarioIn({ ...NO_SOURCE, value }, "scenario", read);
}

/** @throws TypeError for what is no step of a scenario */
export const stepOf = (entry: unknown): Step =>
  readEntry("stepOf", "a step", entry, (problems) =>
    parseSteps([entry], ["steps"], NO_SOURCE, problems),
  )[0];

/** One for each fact. @throws TypeError for what is no expectation of a scenario */
export const expectationsOf = (entry: unknown): readonly Expectation[] =>
  readEntry("expectationsOf", "an expectation", entry, (problems) =>
    parseExpectations([entry], ["expect"], NO_SOURCE, problems),
  );

function readEntry<What>(
  where: string,
  wanted: string,
  entry: unknown,
  read: (problems: Problem[]) => readonly What[],
): readonly What[] {
  const problems: Problem[] = [];
  const found = read(problems);
  if (found.length > 0 && problems.length === 0) return found;
  const messages = problems.map(({ message }) => message).join("; ");
  throw new TypeError(
    `${where}: entry must be ${wanted}, got ${JSON.stringify(entry)}: ${messages}`,
  );
}
