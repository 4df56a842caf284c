/**
 * A run for people: every step with its answer, and below it what was expected of it.
 *
 *    A prefork server
 *      13  fork master as worker, 20 times: success
 *      16    ok    worker1 VmRSS: 65536 kB
 *      17    FAIL  worker1 heap entries: wanted W*256, got r*256
 *        3 steps, 1 of 2 expectations met
 */
import type { ExpectationResult, ScenarioResult, StepResult } from "@forkpath/scenario";
import { mismatchText } from "@forkpath/sync";
import { wrap } from "../defects/wrap.ts";
import type { Colors } from "../terminal.ts";
import { splitResult } from "./split-result.ts";

const LINE_WIDTH = 4;
const NO_LINE: string = " ".repeat(LINE_WIDTH);

/** The lines below the title; numbers in front are those of the scenario's text. */
export function resultLines(result: ScenarioResult, colors: Colors): string[] {
  const { steps, atEnd } = splitResult(result);
  return [
    ...steps.flatMap((step) => stepLines(step, colors)),
    ...(atEnd.length > 0 ? [`${NO_LINE}  ${colors.dim("at the end")}`] : []),
    ...atEnd.map((one) => expectationLine(one, colors)),
    `${NO_LINE}  ${totals(result, colors)}`,
  ];
}

function stepLines(step: StepResult, colors: Colors): string[] {
  return [
    `${numbered(step.line, colors)}  ${step.text}: ${answerOf(step)}`,
    ...reasonLines(step.reason ?? "").map((line) => `${NO_LINE}    ${colors.dim(line)}`),
    ...step.expectations.map((one) => expectationLine(one, colors)),
    ...step.mismatches.map((one) => `${NO_LINE}    ${colors.red("recount")}  ${mismatchText(one)}`),
  ];
}

const REASON_WIDTH = 92;

/** Why a step failed; a few lines at most. */
export const reasonLines = (reason: string): string[] => wrap(reason, REASON_WIDTH);

/** A step that is done many times may fail in the middle. */
export const answerOf = ({ outcome, done, text }: StepResult): string =>
  outcome !== "success" && text.endsWith(" times") ? `${outcome}, ${done} done` : outcome;

function expectationLine(expectation: ExpectationResult, colors: Colors): string {
  const { line, text, wanted, got, isMet } = expectation;
  const word = isMet ? `${colors.green("ok")}  ` : colors.red("FAIL");
  const relation = isMet && wanted !== got ? ` (${wanted})` : "";
  const found = isMet ? `${got}${relation}` : `wanted ${wanted}, got ${got}`;
  return `${numbered(line, colors)}    ${word}  ${text}: ${found}`;
}

const numbered = (line: number, colors: Colors): string =>
  colors.dim(String(line).padStart(LINE_WIDTH));

function totals({ steps, expectations, isOk }: ScenarioResult, colors: Colors): string {
  const met = expectations.filter(({ isMet }) => isMet).length;
  const broken = steps.filter(({ mismatches }) => mismatches.length > 0).length;
  const recounts = broken === 0 ? "" : `, ${counted(broken, "recount")} not clean`;
  const text =
    `${counted(steps.length, "step")}, ` +
    `${met} of ${counted(expectations.length, "expectation")} met${recounts}`;
  return isOk ? colors.green(text) : colors.red(text);
}

const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : "s"}`;
