/** `forkpath capture`: a live process, read into a folder. */
import { rmSync } from "node:fs";
import { CaptureInterrupted, makeEmpty, writeCapture } from "@forkpath/capture";
import { type Capture, statusName } from "@forkpath/procfs";
import type { Command } from "commander";
import { asUsageError, captureLive, MOST_PID } from "../captures.ts";
import { ExitCode, type Finish } from "../exit-code.ts";
import { grouped } from "../grouped.ts";
import type { Terminal } from "../terminal.ts";
import { wholeNumber } from "./whole-number.ts";

interface CaptureCommandOptions {
  readonly pid: number;
  readonly output?: string;
  readonly stop: boolean;
  readonly redact?: boolean;
}

const HELP = `
Reads what /proc tells of a process: its status, its areas, each of its pages, in which frame it
lies, and how many others map it; with that, the limits of its cgroup and of the machine. It is
stopped meanwhile, for about a second for each few GiB, and set going again whatever happens.
Without root less can be read: what is missing is said, and stands in capture.json.
Linux only. Nothing of what is in memory is read: no content, only where pages are.

Examples:
  $ forkpath capture --pid 1234             writes NAME-1234, a folder
  $ forkpath capture --pid 1234 -o before   under another name
  $ forkpath capture --pid 1234 --no-stop   read while it runs; refused if it changes meanwhile
  $ forkpath capture --pid 1234 --redact    to be shown to others: paths are numbers
  $ forkpath predict before                 what a fork of it would cost`;

/** Adds the command to `program`; `finish` hears of Ctrl-C. */
export function addCapture(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command("capture")
    .summary("read a live process into a folder")
    .description("Reads the memory figures of a live process, for predict and explain.")
    .requiredOption("--pid <PID>", "the process", wholeNumber(1, MOST_PID))
    .option(
      "-o, --output <DIR>",
      "the folder to write; by default the program's name and the number",
    )
    .option("--no-stop", "do not stop the process while it is read")
    .option("--redact", "replace the paths of files and cgroups by numbers")
    .addHelpText("after", HELP)
    .action((options: CaptureCommandOptions) => captureTo(options, terminal, finish));
}

async function captureTo(
  { pid, output, stop, redact = false }: CaptureCommandOptions,
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  const isMade = output !== undefined && emptyFolder(output);
  try {
    const capture = await captureLive(pid, { stop, redact }, terminal);
    const directory = output ?? nameOf(capture, pid);
    await writeCapture(directory, capture);
    for (const line of linesOf(capture, directory)) terminal.out(line);
  } catch (error) {
    if (isMade) rmSync(output, { recursive: true, force: true });
    if (error instanceof CaptureInterrupted) finish(ExitCode.INTERRUPTED);
    else throw asUsageError(error);
  }
}

/** Before the process is stopped: a folder that cannot be written is told at once. */
function emptyFolder(directory: string): boolean {
  try {
    return makeEmpty(directory);
  } catch (error) {
    throw asUsageError(error);
  }
}

function nameOf({ status }: Capture, pid: number): string {
  const name = statusName(status).replace(/[^\w.+-]+/g, "_");
  return `${name.startsWith(".") ? "process" : name}-${pid}`;
}

function linesOf({ status, smaps, pages, info }: Capture, directory: string): string[] {
  const { rows } = status;
  const areas = smaps === null ? "" : `, ${grouped(smaps.length)} areas`;
  const counted = pages === null ? "" : `, ${grouped(pages.count)} pages`;
  return [
    `${directory} is written: ${statusName(status)}, VmRSS ${grouped(rows.VmRSS)} kB${areas}${counted}`,
    ...(info?.unknown ?? []).map((sentence) => `  ${sentence}`),
    `forkpath predict ${directory} tells what a fork would cost, forkpath explain ${directory} where its memory lies`,
  ];
}
