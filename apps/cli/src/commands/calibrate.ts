/** `forkpath calibrate`: what the parts of a fork cost on this machine. */
import { cpus, release } from "node:os";
import type { Calibration } from "@forkpath/predict";
import type { Command } from "commander";
import { measure } from "../calibrate/measure.ts";
import { solve } from "../calibrate/solve.ts";
import { calibrationFile, calibrationText, storeCalibration } from "../calibrate/store.ts";
import { withOutput } from "../output-file.ts";
import { timeText } from "../predict/sizes.ts";
import { reasonOf } from "../read-input.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

interface CalibrateOptions {
  readonly output?: string;
  readonly json?: boolean;
}

const HELP = `
Forks a small program in six shapes, ten times each: empty, with pages, with page tables, with
areas, with areas that were written to, with huge pages. The differences are what each costs. It
takes about a second and 300 MB, and wants a machine at rest. \`forkpath predict\` uses what is found
from then on. It needs a C compiler, or python3.

Examples:
  $ forkpath calibrate                      this machine, kept for predict
  $ forkpath calibrate -o here.json         to another file: predict --calibration here.json`;

/** Adds the command to `program`. */
export function addCalibrate(program: Command, terminal: Terminal): void {
  program
    .command("calibrate")
    .summary("measure what the parts of a fork cost here")
    .description("Measures what the parts of a fork cost on this machine, for predict.")
    .option("-o, --output <FILE>", "by default one that predict finds by itself")
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action((options: CalibrateOptions) => calibrate(options, terminal));
}

async function calibrate(
  { output, json = false }: CalibrateOptions,
  terminal: Terminal,
): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const where = `measured here, Linux ${release()}, ${cpus().length} CPUs, ${day}`;
  await withOutput(output, null, async (write) => {
    const calibration = solve(await measure(), where);
    await write?.(calibrationText(calibration));
    const kept =
      write === null
        ? await keepAtHome(calibration, terminal)
        : `kept for predict --calibration ${output}`;
    if (json) terminal.out(JSON.stringify(calibration, null, 2));
    else for (const line of linesOf(calibration, kept)) terminal.out(line);
  });
}

/** Where predict looks. @returns the words for it */
async function keepAtHome(calibration: Calibration, { env }: Terminal): Promise<string> {
  const file = calibrationFile(env);
  if (file === undefined) return "not kept: no HOME";
  await storeCalibration(file, calibration).catch((error: unknown) => {
    throw new UsageError(`cannot write ${file}: ${reasonOf(error)}`);
  });
  return `kept in ${file}, where predict finds it`;
}

const LINES: readonly (readonly [Exclude<keyof Calibration, "spread" | "source">, string])[] = [
  ["fork", "a fork of next to nothing"],
  ["areaSkipped", "an area that is not copied"],
  ["areaCopied", "an area that is copied"],
  ["table", "a page table"],
  ["entry", "a page"],
  ["hugePage", "a huge page"],
  ["copyFault", "later: a write that copies its page"],
];
const TIME_WIDTH = 10;

function linesOf(calibration: Calibration, kept: string): string[] {
  return [
    calibration.source,
    ...LINES.map(([name, what]) => `${shortTime(calibration[name]).padStart(TIME_WIDTH)}  ${what}`),
    `a prediction made of them can be off by ${Math.round(calibration.spread * 100)} %`,
    kept,
  ];
}

const shortTime = (nanoseconds: number): string =>
  nanoseconds < 1e4 ? `${Math.round(nanoseconds)} ns` : timeText(nanoseconds);
