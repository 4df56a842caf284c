/**
 * `forkpath conform`: holds the model against recordings of real kernels, field by field. Of el6
 * they are vectors, one fork each; of later kernels they are histories of memory calls.
 */

import { expectKernel, type KernelName } from "@forkpath/abi";
import { isPassed, runVector, type Verdict } from "@forkpath/conform";
import { type Command, InvalidArgumentError } from "commander";
import { readHistoryLines } from "../conform/history-lines.ts";
import { jsonReporter } from "../conform/json-reporter.ts";
import type { Reporter } from "../conform/reporter.ts";
import { type HistoriesOptions, runHistories } from "../conform/run-histories.ts";
import { textReporter } from "../conform/text-reporter.ts";
import { readVectorLines, type VectorLine } from "../conform/vector-lines.ts";
import type { Finish, Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { wholeNumber } from "./whole-number.ts";

interface ConformOptions extends HistoriesOptions {
  readonly kernel: KernelName;
}

const HELP = `
A vector is one fork or one unmapping that a real kernel did: the state before it, and all that it
left behind. A history is a list of memory calls that a later kernel executed, with its whole state
after each; what the model cannot do yet is counted apart. SCHEMA.md of @forkpath/conformance and of @forkpath/recordings tell what fields mean. A line that is neither
counts as failed, and the rest still runs. Exit code 1 means that something failed.

Examples:
  $ forkpath conform                             the public vectors that come with forkpath
  $ forkpath conform heldout.jsonl.gz            another file, packed or not
  $ zcat heldout.jsonl.gz | forkpath conform -   standard input
  $ forkpath conform --only pub-0004             one vector, with its trace
  $ forkpath conform --json | jq .failed         for a program
  $ forkpath conform --kernel v6.18 --summary    the public histories, and how they fail
  $ forkpath conform --kernel v6.1 --only c07    one history`;

/** Adds the command to `program`; `finish` hears whether every vector passed. */
export function addConform(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command("conform")
    .summary("hold the model against recorded answers of the kernel")
    .description("Runs recorded vectors, and compares every field of what they expect.")
    .argument("[FILE...]", "vectors, one JSON object a line, plain or gzipped; - is standard input")
    .option("--kernel <NAME>", "whose recordings, and on which kernel", kernelName, "el6")
    .option("--only <ID>", "run the vector or history of this id, and show more of it")
    .option("--until <STEP>", "of histories, make only so many calls", wholeNumber(1, 1000))
    .option("--ignore <FIELDS>", "of histories, do not compare these, as VmPTE,smaps.Pss")
    .option("--summary", "of histories, count what differs by field and call")
    .option("--shapes", "of histories, count how each shape does")
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action(async (files: string[], options: ConformOptions) => {
      const { json, only, kernel } = options;
      if (kernel !== "el6") {
        const histories = await readHistoryLines(files, kernel, terminal.stdin);
        finish(runHistories(histories, kernel, options, terminal));
        return;
      }
      const lines = await readVectorLines(files, terminal.stdin);
      const makeReporter = json ? jsonReporter : textReporter;
      finish(runLines(lines, only, makeReporter(terminal, only !== undefined)));
    });
}

/**
 * Runs all lines, or those of one id.
 * @throws UsageError when that leaves nothing to run: no vectors is not success
 */
function runLines(
  lines: Iterable<VectorLine>,
  only: string | undefined,
  reporter: Reporter,
): boolean {
  let passed = 0;
  let failed = 0;
  for (const line of lines) {
    if (only !== undefined && !(line.parsed.ok && line.parsed.vector.id === only)) continue;
    const verdict = judge(line);
    if (isPassed(verdict)) passed++;
    else failed++;
    reporter.tell(line, verdict);
  }
  if (passed + failed === 0) {
    throw new UsageError(only === undefined ? "no vectors given" : `no vector has the id ${only}`);
  }
  reporter.end({ passed, failed });
  return failed === 0;
}

const judge = ({ parsed }: VectorLine): Verdict =>
  parsed.ok
    ? runVector(parsed.vector)
    : { differences: [], problem: `not a vector: ${parsed.problem}`, events: [] };

function kernelName(text: string): KernelName {
  try {
    return expectKernel("conform", text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
