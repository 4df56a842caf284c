/**
 * A run on the running kernel, for people: every step, and below it how many values agree, or which
 * do not. What is wanted is the model's.
 *
 *    A prefork server
 *          Linux 6.18.44 held against v6.18: 2 CPUs, 24105 MB of memory, no swap
 *      13  fork master as worker, 20 times: success
 *            ok    1,652,979 values
 *            FAIL  worker1 heap 3 entry: wanted W, got r
 *          1 step, 1,652,980 values compared, 1 difference
 */
import type { LivePlan, LiveResult, LiveStep } from "@forkpath/live";
import { wrap } from "../defects/wrap.ts";
import { grouped } from "../grouped.ts";
import type { Colors } from "../terminal.ts";

const LINE_WIDTH = 4;
const INDENT: string = " ".repeat(LINE_WIDTH + 2);
const TEXT_WIDTH = 92;
const PAGES_PER_MB = 256;

/** What is told before anything is done. */
export function headLines({ scenario, machine, notes }: LivePlan, colors: Colors): string[] {
  const { nrCpus = 1, memoryPages = 0, swap = [], transparentHugepage } = machine.spec;
  const swapPages = swap.reduce((sum, { pages }) => sum + pages, 0);
  const sizes = [
    counted(nrCpus, "CPU"),
    `${Math.round(memoryPages / PAGES_PER_MB)} MB of memory`,
    swapPages === 0 ? "no swap" : `${Math.round(swapPages / PAGES_PER_MB)} MB of swap`,
    `huge pages ${transparentHugepage}`,
  ];
  const head = `Linux ${machine.release} held against ${machine.kernel}: ${sizes.join(", ")}`;
  const told = notes.flatMap((note) => wrap(`note: ${note}`, TEXT_WIDTH));
  return [colors.bold(scenario.title), `${INDENT}${head}`, ...told.map((one) => INDENT + one)];
}

export function stepLines(step: LiveStep, colors: Colors): string[] {
  const { number, line, text, outcome, differences, values } = step;
  const place = number === 0 ? "" : String(line);
  const answer = number === 0 ? text : `${text}: ${outcome}`;
  const agreed = values - differences.length;
  return [
    `${colors.dim(place.padStart(LINE_WIDTH))}  ${answer}`,
    ...(agreed > 0 ? [`${INDENT}  ${colors.green("ok")}    ${grouped(agreed)} values`] : []),
    ...differences.map(
      ({ text: what, model, kernel }) =>
        `${INDENT}  ${colors.red("FAIL")}  ${what}: wanted ${model}, got ${kernel}`,
    ),
  ];
}

export function totalsLine({ obstacles }: LivePlan, result: LiveResult, colors: Colors): string {
  const { steps, values, differences, isInterrupted } = result;
  const done = steps.filter(({ number }) => number > 0).length;
  const parts = [
    counted(done, "step"),
    `${grouped(values)} values compared`,
    counted(differences, "difference"),
    ...(obstacles.length > 0 ? [`${counted(obstacles.length, "step")} left out`] : []),
    ...(isInterrupted ? ["interrupted"] : []),
  ];
  const text = parts.join(", ");
  return `${INDENT}${differences === 0 ? colors.green(text) : colors.red(text)}`;
}

const LEAVES_OUT = "; --keep-going leaves out the steps";

/** For standard error: what cannot be done for real, and why. */
export const obstacleLines = ({ obstacles }: LivePlan, keepGoing: boolean): string[] => [
  `error: ${counted(obstacles.length, "thing")} cannot be done for real${keepGoing ? "" : LEAVES_OUT}`,
  ...obstacles.map(
    ({ line, text, why }) => `${String(line).padStart(LINE_WIDTH)}  ${text}: ${why}`,
  ),
];

const counted = (count: number, noun: string): string =>
  `${count === 0 ? "no" : count} ${noun}${count === 1 ? "" : "s"}`;
