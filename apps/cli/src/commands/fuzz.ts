/** `forkpath fuzz`: random histories, until one fails or enough steps were made. */
import { type FuzzFailure, type FuzzReport, fuzzSteps } from "@forkpath/fuzz";
import type { Command } from "commander";
import { endOf, type Finish } from "../exit-code.ts";
import { fuzzSummary } from "../fuzz/fuzz-text.ts";
import { type WriteOutput, withOutput } from "../output-file.ts";
import type { Terminal } from "../terminal.ts";
import { runWork } from "../work/run-work.ts";
import { type KernelChoice, kernelOption } from "./kernel-option.ts";
import { wholeNumber } from "./whole-number.ts";

interface FuzzOptions extends KernelChoice {
  readonly steps: number;
  readonly seed: number;
  readonly output?: string;
  readonly json?: boolean;
}

const DEFAULT_STEPS = 10_000;
const MOST_STEPS = 1_000_000_000;
const MOST_SEED = 2 ** 32 - 1;

const HELP = `
Makes up machines, processes and steps of every kind, and recounts everything after each step. What
the kernel's own defects D3, D4, D6 and D36 make wrong is allowed, where it can come from them. At
its end everybody dies, and nothing may be left. A history that fails is shrunk and written as a
scenario that fails in the same way; exit code 1. The same seed does the same; each history counts
it up.

Examples:
  $ forkpath fuzz                              10,000 steps
  $ forkpath fuzz --steps 1000000 --seed 5000  more, and other ones
  $ forkpath fuzz -o found.yaml                what fails goes to a file
  $ forkpath run found.yaml --check            see it fail again`;

/** Adds the command to `program`; `finish` hears whether every recount was clean. */
export function addFuzz(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command("fuzz")
    .summary("run random histories, and recount everything after every step")
    .description("Runs random histories, until a recount is not clean or enough steps were made.")
    .option("--steps <N>", "of all histories together", wholeNumber(1, MOST_STEPS), DEFAULT_STEPS)
    .option("--seed <S>", "of the first history", wholeNumber(0, MOST_SEED), 1)
    .option("-o, --output <FILE>", "where to write a scenario that fails; shown without it")
    .addOption(kernelOption("the release of every machine; el6 by default"))
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action((options: FuzzOptions) => runFuzz(options, terminal, finish));
}

async function runFuzz(options: FuzzOptions, terminal: Terminal, finish: Finish): Promise<void> {
  await withOutput(options.output, null, async (write) => {
    const measure = { units: "steps", total: options.steps };
    const { value, isInterrupted } = await runWork(fuzzSteps(options), measure, terminal);
    await tellFuzz(value, options, terminal, write);
    if (isInterrupted) terminal.err(goOn(options, value));
    finish(endOf(value.failure === null, isInterrupted));
  });
}

/** Each history counts the seed up: the rest is as good as it would have been. */
const goOn = ({ steps, seed }: FuzzOptions, made: FuzzReport): string =>
  `interrupted; to go on: forkpath fuzz --seed ${(seed + made.histories) % (MOST_SEED + 1)} ` +
  `--steps ${Math.max(1, steps - made.steps)}`;

/** @throws UsageError for a file that cannot be written */
export async function tellFuzz(
  report: FuzzReport,
  { seed, output, json }: FuzzOptions,
  terminal: Pick<Terminal, "out" | "colors">,
  write: WriteOutput | null,
): Promise<void> {
  const { failure } = report;
  if (failure !== null) await write?.(failure.text);
  if (json) {
    terminal.out(JSON.stringify(fuzzJson(seed, report), null, 2));
    return;
  }
  terminal.out(fuzzSummary(seed, report, terminal.colors));
  if (failure === null) return;
  terminal.out(
    output === undefined ? `\n${failure.text.trimEnd()}` : `forkpath run ${output} --check`,
  );
}

/** What `--json` writes. */
interface FuzzJson {
  readonly seed: number;
  readonly histories: number;
  readonly steps: number;
  readonly ok: boolean;
  readonly failure: FuzzFailure | null;
}

const fuzzJson = (seed: number, { histories, steps, failure }: FuzzReport): FuzzJson => ({
  seed,
  histories,
  steps,
  ok: failure === null,
  failure,
});
