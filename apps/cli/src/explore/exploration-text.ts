/**
 * An exploration for people: what was covered, how the schedules ended, and what failed.
 *
 *    dpor: 29 schedules of 13 steps
 *    covers every class of schedules that differ only in the order of independent steps
 *
 *          7  peer anonRss: 2 pages
 *         13  peer anonRss: 1 page; recount: I2: ...
 */
import { type ExplainedFailure, type Finding, isAlwaysAlike, replayOf } from "@forkpath/explore";
import type { Exploration } from "@forkpath/interleave";
import type { Colors } from "../terminal.ts";

const COUNT_WIDTH = 8;

/** What was run, and how it ended: where nothing failed, with a schedule that ends so. */
export function explorationLines(
  exploration: Exploration,
  colors: Colors,
  switchAt: readonly string[] = [],
): string[] {
  const { strategy, schedules, cut, steps, guarantee, complete, outcomes, failures } = exploration;
  const average = schedules + cut === 0 ? 0 : Math.round(steps / (schedules + cut));
  const given = cut === 0 ? "" : `, and ${cut} given up since their rest was known`;
  return [
    `${strategy}: ${counted(schedules, "schedule")} of about ${counted(average, "step")}${given}`,
    `covers ${complete ? guarantee : colors.yellow(guarantee)}`,
    ...(switchAt.length === 0 ? [] : [`where turns are taken only at ${switchAt.join(", ")}`]),
    "",
    ...outcomes.flatMap(({ outcome, count, failure, schedule }) => [
      [number(count), failure === null ? outcome : colors.red(outcome)].join("  "),
      ...(failures.length === 0 ? [replayLine(exploration, schedule, colors)] : []),
    ]),
  ];
}

const replayLine = (
  { program: name, identity }: Exploration,
  schedule: string,
  colors: Colors,
): string =>
  `${number("")}  ${colors.dim(`forkpath replay ${replayOf({ name, identity }, schedule)}`)}`;

/** Each failure, with a schedule that shows it. */
export const failureLines = (
  { program: name, identity, failures }: Exploration,
  colors: Colors,
): string[] =>
  failures.flatMap(({ kind, message, count, schedule }) => [
    `${number(count)}  ${colors.red("FAIL")}  ${kind}: ${message}`,
    `${number("")}        ${colors.dim(replayOf({ name, identity }, schedule))}`,
  ]);

/** At the end: whether all is well, and what it may mean if nothing is. */
export function verdictLines(exploration: Exploration, colors: Colors): string[] {
  const { schedules, failures } = exploration;
  const failed = failures.reduce((sum, { count }) => sum + count, 0);
  const text = `${failed} of ${counted(schedules, "schedule")} failed`;
  if (failed === 0) return [colors.green(text)];
  return [colors.red(text), ...(isAlwaysAlike(exploration) ? [ALWAYS_ALIKE] : [])];
}

const ALWAYS_ALIKE = "every schedule ends so: perhaps the expectation is wrong, and not the kernel";

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
