/** `forkpath faults`: a scenario with each of its allocations refused once. */
import {
  type Fault,
  type FaultOptions,
  type FaultReport,
  runFaultsSteps,
  type Scenario,
  stepsOf,
} from "@forkpath/scenario";
import type { Command } from "commander";
import { endOf, type Finish } from "../exit-code.ts";
import { createFaultPrinter } from "../scenario/fault-printer.ts";
import { readScenario } from "../scenario/read-scenario.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { runWork } from "../work/run-work.ts";
import { type KernelChoice, onKernelOption } from "./kernel-option.ts";
import { wholeNumber } from "./whole-number.ts";

interface FaultsOptions extends KernelChoice {
  readonly step?: number;
  readonly fromStep?: number;
  readonly json?: boolean;
}

const MOST_STEPS = 1_000_000;

const HELP = `
Counts how often each step asks for memory. Then the history runs again for each of these requests,
up to its step, and this one request is refused. Shown are what was asked for, how the step ended,
and whether a recount finds everything in order: after the step, and once more when all processes
have been killed. Exit code 1 means that something was left behind. A long history takes its time:
it runs as often as it asks for memory.

Examples:
  $ forkpath faults server.yaml            every step
  $ forkpath faults server.yaml --step 1   only the first
  $ forkpath faults server.yaml --json     for a program`;

/** Adds the command to `program`; `finish` hears whether every recount was clean. */
export function addFaults(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command("faults")
    .summary("refuse each allocation of a scenario in turn")
    .description("Runs a scenario again and again, and refuses another allocation each time.")
    .argument("<FILE>", "a scenario, or the name of an example; - is standard input")
    .option("--step <N>", "only this step, counted from 1", wholeNumber(1, MOST_STEPS))
    .option("--from-step <N>", "only this step and later ones", wholeNumber(1, MOST_STEPS))
    .addOption(onKernelOption())
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action((file: string, options: FaultsOptions) => runFaults(file, options, terminal, finish));
}

async function runFaults(
  file: string,
  { json = false, kernel, ...only }: FaultsOptions,
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  const scenario = await readScenario(file, terminal.stdin, kernel);
  expectSteps(scenario, only);
  const printer = json ? null : createFaultPrinter(terminal);
  if (!json) terminal.out(terminal.colors.bold(scenario.title));
  const work = runFaultsSteps(scenario, { ...only, ...(printer && { onFault: printer.tell }) });
  const { value, isInterrupted } = await runWork(work, { units: "allocations" }, terminal);
  printer?.end(value);
  if (json) terminal.out(JSON.stringify(faultsJson(value), null, 2));
  if (isInterrupted) {
    const next = value.faults.at(-1)?.step ?? 1;
    terminal.err(`interrupted; to go on: forkpath faults ${file} --from-step ${next}`);
  }
  finish(endOf(value.isOk, isInterrupted));
}

/** @throws UsageError where a step is asked for that the scenario does not have */
function expectSteps(scenario: Scenario, { step, fromStep }: FaultOptions): void {
  const count = stepsOf(scenario).length;
  for (const asked of [step, fromStep]) {
    if (asked !== undefined && asked > count) {
      throw new UsageError(`${scenario.fileName} has ${count} steps, not ${asked}`);
    }
  }
}

/** What `--json` writes. */
interface FaultsJson {
  readonly file: string;
  readonly title: string;
  readonly ok: boolean;
  readonly faults: readonly Fault[];
}

const faultsJson = ({ scenario, isOk, faults }: FaultReport): FaultsJson => ({
  file: scenario.fileName,
  title: scenario.title,
  ok: isOk,
  faults,
});
