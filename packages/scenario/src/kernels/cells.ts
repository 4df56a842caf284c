/**
 * One history on one machine, as a list of what can be told of it: how the set-up and each step
 * ended, what each expectation found, what recounts found. The list is as long on every machine.
 *
 * Every expectation is looked at, also where the scenario does not ask it of that release.
 */
import type { KernelName } from "@forkpath/abi";
import { mismatchText } from "@forkpath/sync";
import type { Expectation } from "../facts/observation.ts";
import type { MachineSpec } from "../format/machine.ts";
import { holdsOn } from "../format/on.ts";
import type { ExpectationResult } from "../run/observe.ts";
import { strangeIn } from "../run/run-scenario.ts";
import type { StepResult } from "../run/run-step.ts";
import { openSession, stepsOf } from "../run/session.ts";
import { failureOn } from "../story/failure.ts";
import type { Scenario } from "../story/scenario.ts";
import { type Step, stepText } from "../story/step.ts";

/** What one machine made of one row. */
export interface Cell {
  /** The release. */
  readonly kernel: KernelName;
  /** What the scenario wants, for people. */
  readonly wanted: string;
  /** Null where the run never came so far. */
  readonly got: string | null;
  /** Whether it is as wanted. */
  readonly isMet: boolean;
  /** Whether the scenario asks it of that release. */
  readonly isAsked: boolean;
}

/** What is told in one row of a table: how a step ended, or one expectation. */
export interface RowHead {
  /** How a step ended, or one expectation. */
  readonly kind: "outcome" | "expectation";
  /** Counted from 1. */
  readonly line: number;
  /** `C anonRss`, `fork P as C`. */
  readonly text: string;
}

/** A machine of that release, with other answers to some rules. */
export interface Variant {
  readonly kernel: KernelName;
  readonly rules?: MachineSpec["rules"];
  /** Recount everything after each step. */
  readonly check?: boolean;
}

/** What a run left to look at. */
interface Run {
  readonly kernel: KernelName;
  readonly fault: ExpectationResult | null;
  readonly steps: readonly StepResult[];
  readonly atEnd: readonly ExpectationResult[];
  /** The first mismatch that the scenario's defect does not explain. */
  readonly strange: string | null;
}

type Found = Omit<Cell, "kernel">;
interface Row extends RowHead {
  find(run: Run): Found;
}

/** In the order of the text: the set-up, the steps with what is expected of each, the end. */
const rowsOf = (scenario: Scenario): Row[] => [
  setUpRow(scenario),
  ...stepsOf(scenario).flatMap((step, index) => [
    outcomeRow(step, index),
    ...step.expect.map((one, place) =>
      expectationRow(one, ({ steps }) => ownOf(step, steps[index])?.[place]),
    ),
  ]),
  ...scenario.expect.map((one, place) => expectationRow(one, ({ atEnd }) => atEnd[place])),
  recountRow,
];

/** What the rows of `cellsOn` are about. */
export const rowHeads = (scenario: Scenario): readonly RowHead[] =>
  rowsOf(scenario).map(({ kind, line, text }) => ({ kind, line, text }));

/** What the scenario's own rules say of the machine outranks the variant. */
export function cellsOn(scenario: Scenario, variant: Variant): readonly Cell[] {
  const run = runOn(scenario, variant);
  return rowsOf(scenario).map((row) => ({ kernel: variant.kernel, ...row.find(run) }));
}

function runOn(scenario: Scenario, { kernel, rules = {}, check = false }: Variant): Run {
  const { machine } = scenario;
  const session = openSession({
    ...askedEverywhere(scenario),
    machine: { ...machine, kernel, rules: { ...rules, ...machine.rules } },
  });
  const steps: StepResult[] = [];
  for (let step = session.next({ check }); step !== undefined; step = session.next({ check })) {
    steps.push(step);
  }
  const { fault } = session;
  const [strange] = strangeIn(steps, scenario.defect);
  return {
    kernel,
    fault,
    steps,
    atEnd: fault === null ? session.judge() : [],
    strange: strange === undefined ? null : mismatchText(strange),
  };
}

function askedEverywhere(scenario: Scenario): Scenario {
  const asked = (one: Expectation): Expectation => ({ ...one, on: null });
  const step = (one: Step): Step => ({ ...one, expect: one.expect.map(asked) });
  return {
    ...scenario,
    steps: scenario.steps.map(step),
    threads: new Map([...scenario.threads].map(([name, steps]) => [name, steps.map(step)])),
    expect: scenario.expect.map(asked),
  };
}

const setUpRow = ({ processes }: Scenario): Row => ({
  kind: "outcome",
  line: [...processes.values()][0]?.at.line ?? 1,
  text: "set up",
  find: ({ fault }) =>
    fault === null ? well("success") : { ...pick(fault), isMet: false, isAsked: true },
});

/** How the step ended; if well, what else is told of how often and of what it asked for. */
const outcomeRow = (step: Step, index: number): Row => ({
  kind: "outcome",
  line: step.at.line,
  text: stepText(step),
  find({ steps, kernel }) {
    const result = steps[index];
    const wanted = failureOn(step.fails, kernel) ?? (step.waits ? "waits" : "success");
    if (result === undefined) return { wanted, got: null, isMet: false, isAsked: true };
    const judged = result.expectations.slice(0, result.expectations.length - step.expect.length);
    const wrong = judged.find(({ isMet }) => !isMet);
    if (wrong !== undefined) return { ...pick(wrong), isMet: false, isAsked: true };
    return { ...well(wanted), got: result.outcome };
  },
});

const expectationRow = (
  { observation, wanted, on, at }: Expectation,
  resultOf: (run: Run) => ExpectationResult | undefined,
): Row => ({
  kind: "expectation",
  line: at.line,
  text: observation.text,
  find(run) {
    const result = resultOf(run);
    const isAsked = holdsOn(on, run.kernel);
    if (result !== undefined) return { ...pick(result), isMet: result.isMet, isAsked };
    return { wanted: observation.wantedText(wanted), got: null, isMet: false, isAsked };
  },
});

/** Those of a step that its text expects: they come last. */
const ownOf = (
  step: Step,
  result: StepResult | undefined,
): readonly ExpectationResult[] | undefined =>
  result?.expectations.slice(result.expectations.length - step.expect.length);

const recountRow: Row = {
  kind: "outcome",
  line: 1,
  text: "recount after each step",
  find: ({ strange }) =>
    strange === null ? well("clean") : { ...well("clean"), got: strange, isMet: false },
};

const well = (wanted: string): Found => ({ wanted, got: wanted, isMet: true, isAsked: true });
const pick = ({ wanted, got }: ExpectationResult): { wanted: string; got: string } => ({
  wanted,
  got,
});
