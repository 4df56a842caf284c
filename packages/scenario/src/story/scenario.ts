/**
 * A whole scenario: a machine, the processes on it, what happens, and what must come of it.
 */
import * as z from "zod/mini";
import type { Expectation } from "../facts/observation.ts";
import { about, leaf, name } from "../format/leaves.ts";
import { type MachineSpec, machine } from "../format/machine.ts";
import { type ProcessInput, type ProcessSpec, process } from "../format/process.ts";
import type { Step } from "./step.ts";
import {
  neverFalls,
  type Peak,
  type PeakInput,
  type SwitchPoint,
  switchAt,
  type ThreadSteps,
  threads,
} from "./threads.ts";

/** What parseScenario makes of a text, every default filled in. */
export interface Scenario {
  /** What it was read from; messages begin with it. */
  readonly fileName: string;
  /** What it shows, in a line. */
  readonly title: string;
  /** What it teaches; may be empty. */
  readonly about: string;
  /** What to look at when it has run; may be empty. */
  readonly see: string;
  /** The defect of the kernel that it shows, such as D3: then the recount need not be clean. */
  readonly defect: string | null;
  /** The machine that it begins with. */
  readonly machine: MachineSpec;
  /** The processes that it begins with, by name, in the order of the text. */
  readonly processes: ReadonlyMap<string, ProcessSpec>;
  /** What happens, one after the other. */
  readonly steps: readonly Step[];
  /** What happens at once after the steps; empty for a plain history. */
  readonly threads: ThreadSteps;
  /** Where the threads take turns: see `threads.ts`. Empty for everywhere. */
  readonly switchAt: readonly SwitchPoint[];
  /** What no step of a thread may lower. */
  readonly neverFalls: readonly Peak[];
  /** What must hold in the end. */
  readonly expect: readonly Expectation[];
  /** The same history on a machine that has the defect mended; null where there is none. */
  readonly cure: Cure | null;
}

/** What is different when the defect is mended. */
export interface Cure {
  /** What is different about the machine. */
  readonly machine: MachineSpec;
  /** What must hold in the end then; expectations of single steps are left out. */
  readonly expect: readonly Expectation[];
}

/** A scenario whose steps and expectations are not looked into yet. */
export interface ScenarioInput {
  readonly title?: string;
  readonly about?: string;
  readonly see?: string;
  readonly defect?: string;
  readonly machine?: MachineSpec;
  readonly processes?: Readonly<Record<string, ProcessInput>>;
  readonly steps?: readonly unknown[];
  readonly threads?: Readonly<Record<string, unknown>>;
  readonly switchAt?: readonly string[];
  readonly neverFalls?: readonly PeakInput[];
  readonly expect?: readonly unknown[];
  readonly cure?: CureInput;
}

interface CureInput {
  readonly machine: MachineSpec;
  readonly expect: readonly unknown[];
}

const text = z.string({ error: () => "a text" });
const list = (what: string): z.ZodMiniType<unknown[]> =>
  z.array(z.unknown(), { error: () => `a list of ${what}` });
const defect = z
  .string()
  .check(z.regex(/^D\d+$/, { error: () => "the id of a defect, such as D3" }));

const cure: z.ZodMiniType<CureInput> = leaf(
  z.strictObject({
    machine: about(machine, "What is different about the machine."),
    expect: about(list("expectations"), "What must hold in the end then."),
  }),
  "a cure",
  (given) => given,
);

export const scenario: z.ZodMiniType<ScenarioInput> = z.strictObject({
  title: z.exactOptional(about(text, "What it is about, in a line.")),
  about: z.exactOptional(about(text, "What it teaches, in some sentences.")),
  see: z.exactOptional(about(text, "What to look at when it has run.")),
  defect: z.exactOptional(about(defect, "Which defect of the kernel it shows.")),
  machine: z.exactOptional(about(machine, "The machine; every key has a default.")),
  processes: z.exactOptional(
    about(z.record(name, process), "Which processes are there from the start, by name."),
  ),
  steps: z.exactOptional(about(list("steps"), "What happens, in order.")),
  threads: z.exactOptional(threads),
  switchAt: z.exactOptional(switchAt),
  neverFalls: z.exactOptional(neverFalls),
  expect: z.exactOptional(about(list("expectations"), "What must hold in the end.")),
  cure: z.exactOptional(about(cure, "The same with the defect mended.")),
});
