/**
 * Refused allocations for people, as they come: by step, those that ended alike in one line.
 *
 *      13  fork master as worker
 *            1           task                 ENOMEM     clean
 *            2..9        vma                  ENOMEM     clean
 */
import { type Fault, type FaultReport, isFaultClean } from "@forkpath/scenario";
import { mismatchText } from "@forkpath/sync";
import type { Colors, Terminal } from "../terminal.ts";

const LINE_WIDTH = 4;
const INDENT: string = " ".repeat(LINE_WIDTH + 4);
const RANGE_WIDTH = 11;
const WHAT_WIDTH = 20;
const OUTCOME_WIDTH = 10;

export interface FaultPrinter {
  tell(fault: Fault): void;
  /** Called last. */
  end(report: FaultReport): void;
}

/** Neighbours of one step that ended alike. */
interface FaultRun {
  readonly first: Fault;
  last: Fault;
}

export function createFaultPrinter({ out, colors }: Terminal): FaultPrinter {
  let run: FaultRun | null = null;
  const printRun = (): void => {
    if (run !== null) out(runLines(run, colors).join("\n"));
    run = null;
  };
  return {
    tell(fault) {
      if (run !== null && isAlike(run.last, fault)) {
        run.last = fault;
        return;
      }
      const isNewStep = run?.last.step !== fault.step;
      printRun();
      if (isNewStep) out(stepLine(fault, colors));
      run = { first: fault, last: fault };
    },
    end(report) {
      printRun();
      out(totals(report, colors));
    },
  };
}

/** What a recount finds is told of each fault. */
const isAlike = (left: Fault, right: Fault): boolean =>
  left.step === right.step &&
  left.what === right.what &&
  left.outcome === right.outcome &&
  left.reason === right.reason &&
  isFaultClean(left) &&
  isFaultClean(right);

const stepLine = ({ line, text }: Fault, colors: Colors): string =>
  `${colors.dim(String(line).padStart(LINE_WIDTH))}  ${text}`;

function runLines({ first, last }: FaultRun, colors: Colors): string[] {
  const { allocation, what, outcome, reason, mismatches, leaks } = first;
  const isOne = allocation === last.allocation;
  const cells = [
    (isOne ? `${allocation}` : `${allocation}..${last.allocation}`).padEnd(RANGE_WIDTH),
    what.padEnd(WHAT_WIDTH),
    outcome.padEnd(OUTCOME_WIDTH),
    isFaultClean(first) ? colors.green("clean") : colors.red("not clean"),
  ];
  return [
    INDENT + cells.join(" "),
    ...(reason === null ? [] : [`${INDENT}  ${colors.dim(reason)}`]),
    ...mismatches.map((one) => `${INDENT}  ${mismatchText(one)}`),
    ...leaks.map((one) => `${INDENT}  at the end: ${mismatchText(one)}`),
  ];
}

function totals({ faults, scenario, isOk }: FaultReport, colors: Colors): string {
  const unclean = faults.filter((one) => !isFaultClean(one)).length;
  const refused = `${faults.length} ${faults.length === 1 ? "allocation" : "allocations"} refused`;
  const excuse = scenario.defect === null ? "" : `: it shows the defect ${scenario.defect}`;
  const recounts = unclean === 0 ? "every recount clean" : `${unclean} not clean${excuse}`;
  return `      ${(isOk ? colors.green : colors.red)(`${refused}, ${recounts}`)}`;
}
