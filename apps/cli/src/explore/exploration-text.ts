/**
 * An exploration for people: what was covered, how the schedules ended, and what failed.
 *
 *    dpor: 29 schedules of 13 steps
 *    covers every class of schedules that differ only in the order of independent steps
 *
 *          7  peer anonRss: 2 pages
 *         13  peer anonRss: 1 page; recount: I2: ...
 */
import { type ExplainedFailure, type Finding, replayOf } from "@forkpath/explore";
import type { Exploration } from "@forkpath/interleave";
import type { Colors } from "../terminal.ts";

const COUNT_WIDTH = 8;

/** What was run, and how it ended. */
export function explorationLines(
  exploration: Exploration,
  colors: Colors,
  switchAt: readonly string[] = [],
): string[] {
  const { strategy, schedules, cut, steps, guarantee, complete, outcomes } = exploration;
  const average = schedules + cut === 0 ? 0 : Math.round(steps / (schedules + cut));
  const given = cut === 0 ? "" : `, and ${cut} given up since their rest was known`;
  return [
    `${strategy}: ${counted(schedules, "schedule")} of about ${counted(average, "step")}${given}`,
    `covers ${complete ? guarantee : colors.yellow(guarantee)}`,
    ...(switchAt.length === 0 ? [] : [`where turns are taken only at ${switchAt.join(", ")}`]),
    "",
    ...outcomes.map(({ outcome, count, failure }) =>
      [number(count), failure === null ? outcome : colors.red(outcome)].join("  "),
    ),
  ];
}

/** Each failure, with a schedule that shows it. */
export const failureLines = (
  { program: name, identity, failures }: Exploration,
  colors: Colors,
): string[] =>
  failures.flatMap(({ kind, message, count, schedule }) => [
    `${number(count)}  ${colors.red("FAIL")}  ${kind}: ${message}`,
    `${number("")}        ${colors.dim(replayOf({ name, identity }, schedule))}`,
  ]);

/** The last line: whether all is well. */
export function verdictLine({ schedules, failures }: Exploration, colors: Colors): string {
  const failed = failures.reduce((sum, { count }) => sum + count, 0);
  const text = `${failed} of ${counted(schedules, "schedule")} failed`;
  return failed === 0 ? colors.green(text) : colors.red(text);
}

/** What monitors found. */
export const findingLines = (findings: readonly Finding[], colors: Colors): string[] =>
  findings.map(({ monitor, message }) => `${colors.yellow(monitor)}  ${message}`);

/** One failure, with the plainest schedule that shows it. */
export function explainedLines(failure: ExplainedFailure, colors: Colors): string[] {
  const { kind, message, plainest, preemptions, isLeast, witness } = failure;
  const least = isLeast ? ", the least that it needs" : "";
  const [names, ...rows] = witness;
  return [
    `${colors.red("FAIL")}  ${kind}: ${message}`,
    `      shortest schedule: ${counted(preemptions, "preemption")}${least}`,
    `      ${colors.bold(`forkpath replay ${plainest}`)}`,
    "",
    colors.bold(names),
    ...rows,
  ];
}

const number = (count: number | string): string => String(count).padStart(COUNT_WIDTH);

const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : "s"}`;
