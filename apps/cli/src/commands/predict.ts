/** `forkpath predict`: what a fork would do to a captured process, or to a live one. */
import { stat } from "node:fs/promises";
import { loadCapture } from "@forkpath/capture";
import {
  type GrowthPlan,
  type Prediction,
  type PredictOptions,
  predictFork,
  type Writes,
} from "@forkpath/predict";
import { type Capture, ProcError } from "@forkpath/procfs";
import type { Command } from "commander";
import type { Finish } from "../exit-code.ts";
import { predictionText } from "../predict/predict-text.ts";
import { parseWrites } from "../predict/writes-option.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { type KernelChoice, kernelOption } from "./kernel-option.ts";
import { wholeNumber } from "./whole-number.ts";

interface PredictChoices extends KernelChoice {
  readonly children: number;
  readonly parentWrites?: Writes;
  readonly childWrites?: Writes;
  readonly seconds: number;
  readonly advice: boolean;
  readonly areas?: boolean;
  readonly json?: boolean;
}

const MOST_CHILDREN = 10_000;
const MOST_SECONDS = 31_536_000;
const DEFAULT_SECONDS = 60;

const HELP = `
DIR is a folder that \`forkpath capture\` has written. The process is loaded into a kernel of its
release, forked there, and both sides are read as /proc would show them. The exit code is 1 where
Linux would refuse the fork.

After the fork, memory grows as either side writes: by default the parent, up to all of its pages.
A share is of the pages, written at random; a rate is in writes a second, each to any page.

Examples:
  $ forkpath predict capture-of-redis                        will it work, and what does it cost?
  $ forkpath predict DIR --parent-writes 20MB/s --seconds 30 how much in half a minute?
  $ forkpath predict DIR --parent-writes 10% --child-writes 5%
  $ forkpath predict DIR --children 8 --child-writes 30%     a pool of workers
  $ forkpath predict DIR --kernel v5.10 --json               on another kernel, for a program`;

/** Adds the command to `program`; `finish` hears whether the fork would be allowed. */
export function addPredict(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command("predict")
    .summary("what a fork would do to a process: will it work, how much, how long")
    .description("Forks a captured process in the model, and tells what it costs.")
    .argument("<DIR>", "a capture")
    .addOption(kernelOption("by default the release that the process runs on"))
    .option("--children <N>", "that are forked and live", wholeNumber(1, MOST_CHILDREN), 1)
    .option("--parent-writes <W>", "10%, pages, 64MB, or a rate: 5000/s, 20MB/s", parseWrites)
    .option("--child-writes <W>", "the same of each child", parseWrites)
    .option("--seconds <S>", "how long, for a rate", wholeNumber(1, MOST_SECONDS), DEFAULT_SECONDS)
    .option("--areas", "a line for each area")
    .option("--no-advice", "do not try what would be cheaper")
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action((directory: string, choices: PredictChoices) =>
      predict(directory, choices, terminal, finish),
    );
}

async function predict(
  directory: string,
  choices: PredictChoices,
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  const prediction = predictCapture(await readCapture(directory), directory, choices);
  const { areas = false, json = false } = choices;
  if (json) terminal.out(JSON.stringify(prediction, null, 2));
  else terminal.out(predictionText(prediction, terminal.colors, { areas }).join("\n"));
  finish(!(prediction.commit?.isRefused ?? false));
}

/** @throws UsageError for a folder that is none, or a capture that is broken */
async function readCapture(directory: string): Promise<Capture> {
  const found = await stat(directory).catch(() => null);
  if (found === null) throw new UsageError(`there is no ${directory}`);
  if (!found.isDirectory()) throw new UsageError(`${directory} is no folder`);
  try {
    return await loadCapture(directory);
  } catch (error) {
    if (error instanceof ProcError) throw new UsageError(`${directory}/${error.message}`);
    throw new UsageError(`cannot read ${directory}: ${reason(error)}`);
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** @throws UsageError for a capture whose files do not fit together */
function predictCapture(capture: Capture, directory: string, choices: PredictChoices): Prediction {
  try {
    return predictFork(capture, optionsOf(choices));
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${directory}: ${error.message}`);
    throw error;
  }
}

function optionsOf({
  kernel,
  children,
  parentWrites,
  childWrites,
  seconds,
  advice,
}: PredictChoices): PredictOptions {
  const nothing: Writes = { kind: "share", share: 0 };
  const isAsked = parentWrites !== undefined || childWrites !== undefined;
  const growth: GrowthPlan = {
    parent: parentWrites ?? nothing,
    child: childWrites ?? nothing,
    seconds,
  };
  return {
    children,
    advises: advice,
    ...(kernel === undefined ? {} : { kernel }),
    ...(isAsked ? { growth } : {}),
  };
}
