/** `forkpath proc`: the model's state after a history, as a tree of files like /proc. */
import { makeEmpty } from "@forkpath/capture";
import { openSession } from "@forkpath/scenario";
import type { Command } from "commander";
import { asUsageError } from "../captures.ts";
import { writeTree } from "../proc/write-tree.ts";
import { reasonOf } from "../read-input.ts";
import { readScenario } from "../scenario/read-scenario.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { type KernelChoice, onKernelOption } from "./kernel-option.ts";
import { wholeNumber } from "./whole-number.ts";

interface ProcOptions extends KernelChoice {
  readonly output: string;
  readonly at?: number;
  readonly pagemap?: boolean;
}

const MOST_STEPS = 1_000_000;
/** Processes whose numbers are told. */
const MOST_NAMES = 6;

const HELP = `
Runs a scenario, and writes what /proc would say then, in the layout of the scenario's kernel: for
each process status, statm, stat, maps, smaps, smaps_rollup where the release has it, comm and
cmdline, and for the machine meminfo, stat, version. Programs that measure memory can be pointed at
such a tree, and must say the model's numbers: fixtures for people who write them.

Examples:
  $ forkpath proc prefork-server -o tree           an example, after its last step
  $ forkpath proc server.yaml -o tree --at 2       after the second step; 0 is before the first
  $ forkpath proc server.yaml -o tree --kernel v6.18
  $ smem --source tree                             read by smem
  $ python3 -c 'import psutil; psutil.PROCFS_PATH = "tree"; print(psutil.pids())'`;

/** Adds the command to `program`. */
export function addProc(program: Command, terminal: Terminal): void {
  program
    .command("proc")
    .summary("write a scenario's state as a /proc tree")
    .description("Runs a scenario, and writes its state as files that tools read like /proc.")
    .argument("<FILE>", "a scenario, or the name of an example; - is standard input")
    .requiredOption("-o, --output <DIR>", "the folder to write, new or empty")
    .option("--at <STEP>", "after this step; by default the last one", wholeNumber(0, MOST_STEPS))
    .option("--pagemap", "also pagemap, a file with holes that looks hundreds of GiB long")
    .addOption(onKernelOption())
    .addHelpText("after", HELP)
    .action((file: string, options: ProcOptions) => proc(file, options, terminal));
}

async function proc(
  file: string,
  { output, at, pagemap = false, kernel }: ProcOptions,
  { stdin, out, err }: Terminal,
): Promise<void> {
  const scenario = await readScenario(file, stdin, kernel);
  const session = openSession(scenario);
  const { steps, fault } = session;
  const last = at ?? steps.length;
  if (fault !== null) throw new UsageError(`${scenario.fileName} cannot be set up: ${fault.got}`);
  if (last > steps.length) {
    throw new UsageError(`${scenario.fileName} has ${steps.length} steps, not ${last}`);
  }
  let isOk = true;
  for (let step = 0; step < last; step++) {
    isOk = (session.next()?.expectations.every(({ isMet }) => isMet) ?? true) && isOk;
  }
  const living = session.names().filter(({ state }) => state !== "gone");
  const byPid = new Map(living.map(({ pid, name }) => [pid, name]));
  const pids = write(output, () => writeTree(output, session.kernel, byPid, pagemap));
  const names = living.filter(({ pid }) => pids.includes(pid));
  out(`${output} is written: ${whoIs(names)}`);
  if (!isOk) err(`note: not all is as expected: forkpath run ${file} tells more`);
}

function whoIs(names: readonly { readonly name: string; readonly pid: number }[]): string {
  const shown = names.slice(0, MOST_NAMES).map(({ name, pid }) => `${name} is ${pid}`);
  const rest = names.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

function write(output: string, work: () => number[]): number[] {
  try {
    makeEmpty(output);
    return work();
  } catch (error) {
    const known = asUsageError(error);
    if (known instanceof UsageError) throw known;
    throw new UsageError(`cannot write to ${output}: ${reasonOf(error)}`);
  }
}
