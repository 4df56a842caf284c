/** `forkpath run`: a history that somebody wrote down, and whether it comes to what they expect. */
import type { KernelName } from "@forkpath/abi";
import {
  parseScenario,
  runOnKernels,
  runScenario,
  type Scenario,
  type ScenarioResult,
} from "@forkpath/scenario";
import { exampleNames } from "@forkpath/scenario/examples";
import type { Command } from "commander";
import type { Finish } from "../exit-code.ts";
import { tableJson } from "../kernels/table-json.ts";
import { tableLines } from "../kernels/table-text.ts";
import { historyLink, LINK_HELP } from "../playground/link.ts";
import { readScenario, readSource } from "../scenario/read-scenario.ts";
import { resultJson } from "../scenario/result-json.ts";
import { resultLines } from "../scenario/result-text.ts";
import { tellExamples } from "../scenario/tell-examples.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { type KernelChoice, onKernelOption } from "./kernel-option.ts";
import { kernelsOption } from "./kernels-option.ts";

interface RunOptions extends KernelChoice {
  readonly check?: boolean;
  readonly cured?: boolean;
  readonly json?: boolean;
  readonly link?: boolean;
  readonly kernels?: readonly KernelName[];
}

const HELP = `
A scenario names a machine, its processes and their mappings, what happens, and what must come of
it, in YAML or JSON. Shown is every step with its answer and every expectation; numbers in front are
lines of the file. Exit code 1 means that an expectation was not met, or a recount not clean.
Without a file, the examples that come with forkpath are listed.

Examples:
  $ forkpath run                         which examples there are
  $ forkpath run prefork-server          run one of them
  $ forkpath run server.yaml             run a file
  $ forkpath run server.yaml --check     and recount everything after each step
  $ forkpath run server.yaml --kernel v6.18
  $ forkpath run server.yaml --kernels all          a table, expectation by release
  $ forkpath run server.yaml --kernels v5.4..v5.14,rhel8
  $ forkpath run server.yaml --json      for a program
  $ forkpath run server.yaml --link      a link that shows it in the playground
  $ forkpath run - < server.yaml         standard input`;

/** Adds the command to `program`; `finish` hears whether all was as expected. */
export function addRun(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command("run")
    .summary("run a scenario, and hold it against what it expects")
    .description("Runs a scenario, and compares what it comes to with what it expects.")
    .argument("[FILE]", "a scenario, or the name of an example; - is standard input")
    .option("--check", "recount all counters, references and charges after every step")
    .option("--cured", "run it on the machine that has its defect mended")
    .addOption(onKernelOption().conflicts("kernels"))
    .addOption(kernelsOption("run it on each of these releases: all, or v5.4+,rhel8"))
    .option("--json", "write one JSON object in place of text")
    .option("--link", "write a link for the playground in place of text")
    .addHelpText("after", HELP)
    .action(async (file: string | undefined, options: RunOptions) => {
      if (file === undefined) tellExamples("run", terminal);
      else if (options.link === true) await printLink(file, options, terminal);
      else if (options.kernels === undefined) await runFile(file, options, terminal, finish);
      else await runTable(file, options.kernels, options, terminal, finish);
    });
}

async function runFile(
  file: string,
  { check = false, cured = false, json, kernel }: RunOptions,
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  const scenario = await readScenario(file, terminal.stdin, kernel);
  if (cured && scenario.cure === null) {
    throw new UsageError(`${scenario.fileName} has no cure to run with`);
  }
  const result = runScenario(scenario, { check, cured });
  terminal.out(json ? JSON.stringify(resultJson(result), null, 2) : describe(result, terminal));
  if (result.expectations.length === 0) terminal.err(`note: ${expectsNothing(scenario, file)}`);
  finish(result.isOk);
}

/** It is read as for a run: a link to what does not run would be of no use. */
async function printLink(file: string, { kernel }: RunOptions, terminal: Terminal): Promise<void> {
  const { text, fileName } = await readSource(file, terminal.stdin);
  parseScenario(text, fileName);
  const isExample = exampleNames("history").includes(file);
  terminal.out(historyLink({ name: isExample ? file : null, text }, kernel));
  terminal.err(`note: ${LINK_HELP}`);
}

async function runTable(
  file: string,
  kernels: readonly KernelName[],
  { check = false, cured = false, json }: RunOptions,
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  if (cured) throw new UsageError("--cured is of one release: leave --kernels out");
  const scenario = await readScenario(file, terminal.stdin);
  const { status } = terminal;
  const onRun = (kernel: KernelName): void => status?.draw(kernel);
  const table = runOnKernels(scenario, kernels, { check, onRun });
  status?.clear();
  terminal.out(
    json
      ? JSON.stringify(tableJson(table), null, 2)
      : tableLines(table, terminal.colors).join("\n"),
  );
  finish(table.isOk);
}

/** A run can only tell how its steps ended, where nothing is asked of its release. */
function expectsNothing({ steps, expect, machine }: Scenario, file: string): string {
  const all = [...steps.flatMap((step) => step.expect), ...expect];
  if (all.length === 0) return `it expects nothing: forkpath show ${file} shows what its steps do`;
  const { kernel = "el6" } = machine;
  return `it expects nothing of ${kernel}: --kernels all runs it on the releases that are asked`;
}

const describe = (result: ScenarioResult, { colors }: Terminal): string =>
  [colors.bold(result.scenario.title), ...resultLines(result, colors)].join("\n");
