/**
 * `forkpath conform`: holds the model against recordings of real kernels, field by field. Of el6
 * they are vectors, one fork each; of later kernels they are histories of memory calls.
 */

import type { KernelName } from "@forkpath/abi";
import { isPassed, runVector, type Verdict } from "@forkpath/conform";
import type { Command } from "commander";
import { readHistoryLines } from "../conform/history-lines.ts";
import { jsonReporter } from "../conform/json-reporter.ts";
import type { Reporter, Totals } from "../conform/reporter.ts";
import { type HistoriesOptions, replaying, tellHistories } from "../conform/run-histories.ts";
import { textReporter } from "../conform/text-reporter.ts";
import { readVectorLines, type VectorLine } from "../conform/vector-lines.ts";
import { endOf, type Finish } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { runWork, type Work } from "../work/run-work.ts";
import { kernelOption } from "./kernel-option.ts";
import { wholeNumber } from "./whole-number.ts";

interface ConformOptions extends HistoriesOptions {
  readonly kernel: KernelName;
  readonly skip: number;
}

const MOST_LINES = 1_000_000_000;

const HELP = `
A vector is one fork or one unmapping that a real kernel did: the state before it, and all that it
left behind. A history is a list of memory calls that a later kernel executed, with its whole state
after each; what the model cannot do yet is counted apart. SCHEMA.md of @forkpath/conformance and of
@forkpath/recordings tell what fields mean. A line that is neither counts as failed, and the rest
still runs. Exit code 1 means that something failed.

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
    .addOption(kernelOption("whose recordings, and on which kernel").default("el6"))
    .option("--only <ID>", "run the vector or history of this id, and show more of it")
    .option("--skip <N>", "leave out the first N", wholeNumber(0, MOST_LINES), 0)
    .option("--until <STEP>", "of histories, make only so many calls", wholeNumber(1, 1000))
    .option("--ignore <FIELDS>", "of histories, do not compare these, as VmPTE,smaps.Pss")
    .option("--summary", "of histories, count what differs by field and call")
    .option("--shapes", "of histories, count how each shape does")
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action((files: string[], options: ConformOptions) =>
      conformFiles(files, options, terminal, finish),
    );
}

async function conformFiles(
  files: readonly string[],
  options: ConformOptions,
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  const { kernel } = options;
  const conform = kernel === "el6" ? conformVectors : conformHistories;
  const { made, isOk, isInterrupted } = await conform(files, options, terminal);
  if (isInterrupted) {
    const words = ["forkpath conform", ...files, "--kernel", kernel, "--skip", made];
    terminal.err(`interrupted; to go on: ${words.join(" ")}`);
  }
  finish(endOf(isOk, isInterrupted));
}

interface Conformed {
  /** How many lines were looked at, those that were skipped included. */
  readonly made: number;
  readonly isOk: boolean;
  readonly isInterrupted: boolean;
}

async function conformVectors(
  files: readonly string[],
  { json = false, only, skip }: ConformOptions,
  terminal: Terminal,
): Promise<Conformed> {
  const { lines, count } = await readVectorLines(files, terminal.stdin);
  const reporter = (json ? jsonReporter : textReporter)(terminal, only !== undefined);
  const work = judging(lines, { only, skip }, reporter);
  const { value, isInterrupted } = await runWork(
    work,
    { units: "vectors", total: count },
    terminal,
  );
  const { made, totals } = value;
  if (totals.passed + totals.failed === 0)
    throw nothingToRun(["vector", "vectors"], { only, skip });
  reporter.end(totals);
  return { made, isOk: totals.failed === 0, isInterrupted };
}

/** Runs all lines but the skipped ones, or those of one id. */
function* judging(
  lines: Iterable<VectorLine>,
  { only, skip }: Choice,
  reporter: Reporter,
): Work<{ readonly made: number; readonly totals: Totals }> {
  const totals = { passed: 0, failed: 0 };
  let made = 0;
  for (const line of lines) {
    if (made++ < skip || !isAsked(line, only)) continue;
    const verdict = judge(line);
    totals[isPassed(verdict) ? "passed" : "failed"]++;
    reporter.tell(line, verdict);
    if (yield made) break;
  }
  return { made, totals };
}

const isAsked = ({ parsed }: VectorLine, only: string | undefined): boolean =>
  only === undefined || (parsed.ok && parsed.vector.id === only);

async function conformHistories(
  files: readonly string[],
  options: ConformOptions,
  terminal: Terminal,
): Promise<Conformed> {
  const { kernel, skip } = options;
  const lines = await readHistoryLines(files, kernel, terminal.stdin);
  const work = replaying(lines.slice(skip), kernel, options, terminal);
  const measure = { units: "histories", total: Math.max(1, lines.length - skip) };
  const { value: judged, isInterrupted } = await runWork(work, measure, terminal);
  if (judged.length === 0) throw nothingToRun(["history", "histories"], options);
  tellHistories(judged, options, terminal);
  const isOk = judged.every(({ verdict }) => verdict.outcome === "passed");
  return { made: skip + judged.length, isOk, isInterrupted };
}

/** Which lines are run. */
interface Choice {
  readonly only?: string | undefined;
  readonly skip: number;
}

/** Nothing at all is not success. */
function nothingToRun([one, many]: readonly [string, string], { only, skip }: Choice): UsageError {
  if (only !== undefined) return new UsageError(`no ${one} has the id ${only}`);
  return new UsageError(skip > 0 ? `no ${many} behind the first ${skip}` : `no ${many} given`);
}

const judge = ({ parsed }: VectorLine): Verdict =>
  parsed.ok
    ? runVector(parsed.vector)
    : { differences: [], problem: `not a vector: ${parsed.problem}`, events: [] };
