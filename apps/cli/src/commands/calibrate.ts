/** `forkpath calibrate`: what the parts of a fork cost on this machine. */
import { cpus, release } from "node:os";
import type { Calibration } from "@forkpath/predict";
import type { Command } from "commander";
import { measure } from "../calibrate/measure.ts";
import { solve } from "../calibrate/solve.ts";
import { calibrationFile, storeCalibration } from "../calibrate/store.ts";
import { timeText } from "../predict/sizes.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

interface CalibrateOptions {
  readonly output?: string;
  readonly json?: boolean;
}

const HELP = `
Forks a small program in six shapes, ten times each: empty, with pages, with page tables, with areas,
with areas that were written to, with huge pages. The differences are what each costs. It takes about
a second and 300 MB, and wants a machine at rest. \`forkpath predict\` uses what is found from then on.
It needs a C compiler, or python3.

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
  const file = output ?? calibrationFile(terminal.env);
  const day = new Date().toISOString().slice(0, 10);
  const where = `measured here, Linux ${release()}, ${cpus().length} CPUs, ${day}`;
  const calibration = solve(await measure(), where);
  if (file !== undefined) {
    await storeCalibration(file, calibration).catch((error: Error) => {
      throw new UsageError(`cannot write ${file}: ${error.message}`);
    });
  }
  if (json) terminal.out(JSON.stringify(calibration, null, 2));
  else for (const line of linesOf(calibration, file)) terminal.out(line);
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

function linesOf(calibration: Calibration, file: string | undefined): string[] {
  const kept = file === undefined ? "not kept: no HOME" : `kept in ${file}, where predict finds it`;
  return [
    calibration.source,
    ...LINES.map(([name, what]) => `${shortTime(calibration[name]).padStart(TIME_WIDTH)}  ${what}`),
    `a prediction made of them can be off by ${Math.round(calibration.spread * 100)} %`,
    kept,
  ];
}

const shortTime = (nanoseconds: number): string =>
  nanoseconds < 1e4 ? `${Math.round(nanoseconds)} ns` : timeText(nanoseconds);
