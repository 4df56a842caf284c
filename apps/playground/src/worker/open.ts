/** Runs a history, and keeps what is needed to look into its steps. */
import type { KernelName } from "@forkpath/abi";
import {
  type NamedProcess,
  onKernel,
  openSession,
  type Problem,
  parseScenario,
  type Scenario,
  ScenarioError,
  type StepResult,
} from "@forkpath/scenario";
import { Encoder, type MachineNames } from "../chunks/encode.ts";
import type { MachineState, Opened } from "./protocol.ts";

/** A history that ran. */
export interface Story {
  readonly scenario: Scenario;
  readonly encoder: Encoder;
  readonly states: readonly MachineState[];
  /** Names after each step, and before the first. */
  readonly names: readonly (readonly NamedProcess[])[];
}

/** @returns null for a text that is no scenario */
export function openStory(
  text: string,
  fileName: string,
  kernel: KernelName | null,
): { readonly story: Story | null; readonly opened: Opened } {
  try {
    const written = parseScenario(text, fileName);
    return runStory(kernel === null ? written : onKernel(written, kernel));
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return { story: null, opened: { kind: "problems", problems: listed(error) } };
  }
}

/** A parser may say the same of one line several times. */
function listed({ problems }: ScenarioError): Pick<Problem, "line" | "column" | "message">[] {
  const told = new Set<string>();
  return problems.flatMap(({ line, column, message }) => {
    const isNew = !told.has(`${line} ${message}`);
    told.add(`${line} ${message}`);
    return isNew ? [{ line, column, message }] : [];
  });
}

function runStory(scenario: Scenario): { readonly story: Story; readonly opened: Opened } {
  const began = performance.now();
  const encoder = new Encoder();
  const session = openSession(scenario);
  const states: MachineState[] = [];
  const names: NamedProcess[][] = [];
  const results: StepResult[] = [];
  const look = (): void => {
    names.push(session.names());
    states.push(encoder.encode(session.kernel, names.at(-1) ?? []));
  };
  look();
  for (let result = session.next(); result !== undefined; result = session.next()) {
    results.push(result);
    look();
  }
  const { title, about, see, machine, threads } = scenario;
  const atEnd = session.fault === null ? session.judge() : [];
  const all = [...results.flatMap(({ expectations }) => expectations), ...atEnd];
  const run = {
    title,
    about,
    see,
    kernel: machine.kernel ?? "el6",
    steps: session.steps.map((step, index) => ({
      text: results[index]?.text ?? step.action.text,
      note: step.note,
      line: step.at.line,
      result: results[index] ?? null,
    })),
    states,
    atEnd,
    isOk: session.fault === null && all.every(({ isMet }) => isMet),
    fault: session.fault,
    ms: performance.now() - began,
    hasThreads: threads.size > 0,
  };
  return {
    story: { scenario, encoder, states, names },
    opened: { kind: "run", run, chunks: encoder.takeFresh(), looks: encoder.looks },
  };
}

/** Which name each address space has after the step. */
export function namesAfter({ states, names }: Story, step: number): MachineNames {
  const mmOf = new Map<string, string>();
  for (const { name, mm } of states[step]?.tasks ?? []) if (mm !== null) mmOf.set(mm, name);
  return { mmOf, names: names[step] ?? [] };
}
