/** `forkpath faults`: a scenario with each of its allocations refused once. */
import {
  type Fault,
  type FaultOptions,
  type FaultReport,
  runFaults,
  type Scenario,
} from "@forkpath/scenario";
import type { Command } from "commander";
import { createFaultPrinter } from "../scenario/fault-printer.ts";
import { readScenario } from "../scenario/read-scenario.ts";
import type { Finish, Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { wholeNumber } from "./whole-number.ts";

interface FaultsOptions {
  readonly step?: number;
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
    .argument("<FILE>", "a scenario; - is standard input")
    .option("--step <N>", "only this step, counted from 1", wholeNumber(1, MOST_STEPS))
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action(async (file: string, { step, json }: FaultsOptions) => {
      const scenario = await readScenario(file, terminal.stdin);
      if (step !== undefined && step > scenario.steps.length) {
        throw new UsageError(
          `${scenario.fileName} has ${scenario.steps.length} steps, not ${step}`,
        );
      }
      const only = step === undefined ? {} : { step };
      const { isOk } = json ? tellJson(scenario, only, terminal) : tell(scenario, only, terminal);
      finish(isOk);
    });
}

function tell(scenario: Scenario, only: FaultOptions, terminal: Terminal): FaultReport {
  const printer = createFaultPrinter(terminal);
  terminal.out(terminal.colors.bold(scenario.title));
  const report = runFaults(scenario, { ...only, onFault: printer.tell });
  printer.end(report);
  return report;
}

function tellJson(scenario: Scenario, only: FaultOptions, terminal: Terminal): FaultReport {
  const report = runFaults(scenario, only);
  terminal.out(JSON.stringify(faultsJson(report), null, 2));
  return report;
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
