/** `forkpath explain`: where the memory of a process lies, and what sums count twice. */
import { familyOf } from "@forkpath/capture";
import type { Capture } from "@forkpath/procfs";
import type { Command } from "commander";
import { asUsageError, captureLive, MOST_PID, readCapture } from "../captures.ts";
import { explainFamily } from "../explain/explain-family.ts";
import { explainProcess } from "../explain/explain-process.ts";
import { familyLines, processLines } from "../explain/explain-text.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { wholeNumber } from "./whole-number.ts";

interface ExplainOptions {
  readonly pid?: readonly number[];
  readonly alone?: boolean;
  readonly areas: number;
  readonly json?: boolean;
}

const DEFAULT_AREAS = 10;
const MOST_AREAS = 1_000_000;

const HELP = `
Tells where the VmRSS of a process comes from: by kind of memory, by area, and by how many map a
page. Of a process with children, or of several, it tells what the sum of their RSS counts more than
once, and what they really hold: frame by frame as root, by PSS otherwise. Nothing is stopped:
figures of a busy process may be of slightly different moments. Linux only, but for a folder.

Examples:
  $ forkpath explain --pid 1234             a process with all that descend from it
  $ forkpath explain --pid 1234 --alone     without them
  $ forkpath explain --pid 1234 --pid 1300  any processes together
  $ forkpath explain redis-1234             a folder that forkpath capture wrote
  $ forkpath explain before after --json    several, for a program`;

/** Adds the command to `program`. */
export function addExplain(program: Command, terminal: Terminal): void {
  const pid = wholeNumber(1, MOST_PID);
  program
    .command("explain")
    .summary("tell where the memory of a process lies")
    .description("Tells where the memory of processes lies, and what the sum of RSS counts twice.")
    .argument("[DIR...]", "folders of forkpath capture")
    .option(
      "--pid <PID>",
      "a live process; may be given again",
      (text, all: readonly number[] = []) => [...all, pid(text)],
    )
    .option("--alone", "without the processes that descend from it")
    .option("--areas <N>", "how many areas to list", wholeNumber(0, MOST_AREAS), DEFAULT_AREAS)
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action((directories: readonly string[], options: ExplainOptions) =>
      explain(directories, options, terminal),
    );
}

async function explain(
  directories: readonly string[],
  { pid = [], alone = false, areas, json = false }: ExplainOptions,
  terminal: Terminal,
): Promise<void> {
  const captures = await readAll(directories, pid, alone, terminal);
  const family = captures.length > 1 ? explainFamily(captures) : null;
  const [first] = captures;
  const { out, err, colors } = terminal;
  if (json) {
    out(JSON.stringify({ processes: captures.map(explainProcess), family }, null, 2));
    return;
  }
  const isOne = captures.length === 1 || directories.length + pid.length === 1;
  const lines = isOne ? processLines(explainProcess(first), areas, colors) : [];
  if (family !== null) lines.push(...(isOne ? [""] : []), ...familyLines(family, colors));
  out(lines.join("\n"));
  if (captures.length > 1 && family === null) {
    err("note: areas of one of the processes cannot be read: nothing is said of them together");
  }
}

/** @throws UsageError where one cannot be read, or there is none */
async function readAll(
  directories: readonly string[],
  pids: readonly number[],
  alone: boolean,
  terminal: Terminal,
): Promise<Capture[]> {
  if (directories.length + pids.length === 0) {
    throw new UsageError("what is to be explained? --pid PID, or a folder of forkpath capture");
  }
  const captures: Capture[] = [];
  for (const directory of directories) captures.push(await readCapture(directory));
  const family = alone ? pids : [...new Set(pids.flatMap(familyOf))];
  for (const pid of family) {
    const capture = await readLive(pid, pids, terminal);
    if (capture !== null) captures.push(capture);
  }
  return captures;
}

/** Null for a descendant that has ended meanwhile, or has no memory. */
async function readLive(
  pid: number,
  wanted: readonly number[],
  terminal: Terminal,
): Promise<Capture | null> {
  try {
    return await captureLive(pid, { stop: false, still: false }, terminal);
  } catch (error) {
    const known = asUsageError(error);
    if (known instanceof UsageError && !wanted.includes(pid)) return null;
    throw known;
  }
}
