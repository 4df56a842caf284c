/**
 * Refused allocations for people: by step, those that ended alike in one line.
 *
 *      13  fork master as worker
 *             1      task          ENOMEM   clean
 *             2..9   vma           ENOMEM   clean
 */
import type { Fault } from "@forkpath/scenario";
import type { Colors } from "../terminal.ts";

const LINE_WIDTH = 4;
const RANGE_WIDTH = 11;
const WHAT_WIDTH = 20;
const OUTCOME_WIDTH = 10;

/** Neighbours of one step that ended alike. */
interface FaultRun {
  readonly first: Fault;
  last: Fault;
}

/** The lines of all faults, in their order. */
export function faultLines(faults: readonly Fault[], colors: Colors): string[] {
  let step = 0;
  return runsOf(faults).flatMap((run) => {
    const { first } = run;
    const isNewStep = first.step !== step;
    step = first.step;
    const title = `${colors.dim(String(first.line).padStart(LINE_WIDTH))}  ${first.text}`;
    return isNewStep ? [title, ...runLines(run, colors)] : runLines(run, colors);
  });
}

/** The last line. */
export function faultTotals(faults: readonly Fault[], colors: Colors): string {
  const unclean = faults.filter(({ mismatches }) => mismatches.length > 0).length;
  const refused = `${faults.length} ${faults.length === 1 ? "allocation" : "allocations"} refused`;
  return unclean === 0
    ? colors.green(`${refused}, every recount clean`)
    : colors.red(`${refused}, ${unclean} left something behind`);
}

function runsOf(faults: readonly Fault[]): FaultRun[] {
  const runs: FaultRun[] = [];
  for (const fault of faults) {
    const run = runs.at(-1);
    if (run !== undefined && isAlike(run.last, fault)) run.last = fault;
    else runs.push({ first: fault, last: fault });
  }
  return runs;
}

/** What a recount finds is told of each fault. */
const isAlike = (left: Fault, right: Fault): boolean =>
  left.step === right.step &&
  left.what === right.what &&
  left.outcome === right.outcome &&
  left.mismatches.length === 0 &&
  right.mismatches.length === 0;

function runLines({ first, last }: FaultRun, colors: Colors): string[] {
  const { allocation, what, outcome, mismatches } = first;
  const range =
    allocation === last.allocation ? `${allocation}` : `${allocation}..${last.allocation}`;
  const recount = mismatches.length === 0 ? colors.green("clean") : colors.red("not clean");
  const indent = " ".repeat(LINE_WIDTH + 4);
  const cells = [
    range.padEnd(RANGE_WIDTH),
    what.padEnd(WHAT_WIDTH),
    outcome.padEnd(OUTCOME_WIDTH),
    recount,
  ];
  return [indent + cells.join(" "), ...mismatches.map((one) => `${indent}  ${one}`)];
}
