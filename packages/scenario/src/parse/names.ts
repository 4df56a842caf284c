/**
 * Whether every name means something: processes and mappings must exist by the time they are used.
 *
 * Walks the history without running it. A fork or an exec that is to fail changes nothing; any
 * other step is taken to make what it makes.
 */
import type { Expectation } from "../facts/observation.ts";
import { checkUsed, type Known, type Report } from "../format/known.ts";
import type { Position } from "../format/position.ts";
import { unknownWord } from "../format/suggest.ts";
import type { Scenario } from "../story/scenario.ts";
import type { Step } from "../story/step.ts";
import { checkAction } from "../verbs/verb.ts";
import type { Problem } from "./problem.ts";
import type { Source } from "./source.ts";

export function checkNames(scenario: Scenario, locate: Source["locate"]): Problem[] {
  const problems: Problem[] = [];
  const known: Known = new Map();
  for (const [process, { mappings, parent }] of scenario.processes) {
    if (parent !== null) {
      const at = locate(["processes", process, "parent"]);
      checkUsed(parent, known, reporter(at, problems));
    }
    known.set(process, { mappings: new Set(mappings.keys()), leader: process });
  }
  for (const step of scenario.steps) {
    checkStep(step, known, reporter(step.at, problems));
    for (const one of step.expect) checkExpectation(one, known, problems);
  }
  for (const step of [...scenario.threads.values()].flat()) {
    checkStep(step, known, reporter(step.at, problems));
  }
  for (const { process, at } of scenario.neverFalls) {
    checkUsed(process, known, reporter(at, problems));
  }
  for (const one of [...scenario.expect, ...(scenario.cure?.expect ?? [])]) {
    checkExpectation(one, known, problems);
  }
  return problems;
}

const reporter =
  (at: Position, problems: Problem[]): Report =>
  (message) =>
    problems.push({ ...at, message });

const checkStep = (step: Step, known: Known, report: Report): void =>
  checkAction(step.action, roundsOf(step), known, report);

/** Which rounds of a step are done, if it goes as it says: children have their numbers. */
function roundsOf({ times, fails, done }: Step): readonly number[] {
  const rounds = done ?? (fails === null ? times : 0);
  return times === 1 && rounds === 1
    ? [0]
    : Array.from({ length: rounds }, (_, index) => index + 1);
}

function checkExpectation(
  { observation, at }: Expectation,
  known: Known,
  problems: Problem[],
): void {
  const report = reporter(at, problems);
  for (const pattern of observation.patterns) checkPattern(pattern, known, report);
  for (const used of observation.uses) checkUsed(used, known, report);
}

function checkPattern(pattern: string, known: Known, report: Report): void {
  if (pattern === "all") return;
  if (!pattern.endsWith("*")) {
    checkUsed(pattern, known, report);
    return;
  }
  const isUsed = [...known.keys()].some((name) => name.startsWith(pattern.slice(0, -1)));
  if (!isUsed) report(unknownWord("processes", pattern, [...known.keys()]));
}
