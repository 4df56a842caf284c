/** `forkpath predict`: what a fork would do to a captured process, or to a live one. */
import {
  type GrowthPlan,
  type Prediction,
  type PredictOptions,
  predictFork,
  type Writes,
} from "@forkpath/predict";
import type { Capture } from "@forkpath/procfs";
import type { Command } from "commander";
import { calibrationFile, storedCalibration } from "../calibrate/store.ts";
import { asUsageError, captureLive, MOST_PID, readCapture } from "../captures.ts";
import type { Finish } from "../exit-code.ts";
import { predictionText } from "../predict/predict-text.ts";
import { ofThings, sizeText } from "../predict/sizes.ts";
import { parseWrites } from "../predict/writes-option.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { type KernelChoice, kernelOption } from "./kernel-option.ts";
import { wholeNumber } from "./whole-number.ts";

interface PredictChoices extends KernelChoice {
  readonly pid?: number;
  readonly stop: boolean;
  readonly calibration?: string;
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
DIR is a folder that \`forkpath capture\` has written; with --pid a live process is read. The process
is loaded into a kernel of its release, forked there, and both sides are read as /proc would show
them. The exit code is 1 where Linux would refuse the fork.

After the fork, memory grows as either side writes: by default the parent, up to all of its pages.
A share is of the pages, written at random; a rate is in writes a second, each to any page.

Examples:
  $ forkpath predict capture-of-redis                        will it work, and what does it cost?
  $ forkpath predict --pid 1234                              the same of a live process
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
    .argument("[DIR]", "a capture")
    .option("--pid <PID>", "a live process in its place", wholeNumber(1, MOST_PID))
    .option("--no-stop", "do not stop the live process while it is read")
    .addOption(kernelOption("by default the release that the process runs on"))
    .option("--children <N>", "that are forked and live", wholeNumber(1, MOST_CHILDREN), 1)
    .option("--parent-writes <W>", "10%, pages, 64MB, or a rate: 5000/s, 20MB/s", parseWrites)
    .option("--child-writes <W>", "the same of each child", parseWrites)
    .option("--seconds <S>", "how long, for a rate", wholeNumber(1, MOST_SECONDS), DEFAULT_SECONDS)
    .option("--calibration <FILE>", "costs that calibrate -o has written; by default those of here")
    .option("--areas", "a line for each area")
    .option("--no-advice", "do not try what would be cheaper")
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action((directory: string | undefined, choices: PredictChoices) =>
      predict(directory, choices, terminal, finish),
    );
}

async function predict(
  directory: string | undefined,
  choices: PredictChoices,
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  const { name, capture } = await subjectOf(directory, choices, terminal);
  const calibration = await calibrationOf(choices, terminal);
  terminal.status?.draw(loadingText(name, capture));
  const prediction = predictCapture(capture, name, { ...optionsOf(choices), ...calibration });
  terminal.status?.clear();
  const { areas = false, json = false } = choices;
  const { empty = [] } = capture;
  if (json) terminal.out(JSON.stringify(prediction, null, 2));
  else terminal.out(predictionText(prediction, terminal.colors, { areas, empty }).join("\n"));
  finish(!(prediction.commit?.isRefused ?? false));
}

/** What is waited for: a process of 30 GB takes half a minute. */
function loadingText(name: string, { status, pages }: Capture): string {
  const { VmRSS = 0 } = status.rows;
  const count = pages === null ? "" : `, ${ofThings(pages.count, "page")}`;
  return `loading ${name} into the model: ${sizeText(VmRSS)}${count} …`;
}

/** The capture of a folder, or of a live process. */
async function subjectOf(
  directory: string | undefined,
  { pid, stop }: PredictChoices,
  terminal: Terminal,
): Promise<{ readonly name: string; readonly capture: Capture }> {
  if ((directory === undefined) === (pid === undefined)) {
    throw new UsageError("predict wants either a folder with a capture, or --pid");
  }
  if (directory !== undefined) {
    terminal.status?.draw(`reading ${directory} …`);
    return { name: directory, capture: await readCapture(directory) };
  }
  try {
    const capture = await captureLive(pid ?? 0, { stop }, terminal);
    return { name: `process ${pid}`, capture };
  } catch (error) {
    throw asUsageError(error);
  }
}

/** @throws UsageError for a file that was asked for and is none */
async function calibrationOf(
  { calibration: file }: PredictChoices,
  { env }: Terminal,
): Promise<Pick<PredictOptions, "calibration">> {
  const found = file ?? calibrationFile(env);
  const calibration = found === undefined ? undefined : await storedCalibration(found);
  if (calibration !== undefined) return { calibration };
  if (file === undefined) return {};
  throw new UsageError(`${file} is nothing that forkpath calibrate has written`);
}

/** @throws UsageError for a capture whose files do not fit together */
function predictCapture(capture: Capture, name: string, options: PredictOptions): Prediction {
  try {
    return predictFork(capture, options);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${name}: ${error.message}`);
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
