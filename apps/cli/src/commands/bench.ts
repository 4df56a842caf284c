/** `forkpath bench`: what a fork costs in the model, and how quick an exploration is. */
import { type Command, Option } from "commander";
import {
  type BenchExploreResult,
  benchingExplore,
  type ExploreRate,
  findWholeLitmuses,
} from "../bench/bench-explore.ts";
import { type BenchForkOptions, type BenchForkResult, benchingFork } from "../bench/bench-fork.ts";
import { endOf, type Finish } from "../exit-code.ts";
import { expectMemory } from "../memory.ts";
import type { Terminal } from "../terminal.ts";
import { runWork } from "../work/run-work.ts";
import { besideOption } from "./kernels-option.ts";
import { wholeNumber } from "./whole-number.ts";

const HELP = `
Builds a parent of touched anonymous memory, and times the whole fork and the child's exit. The best
run is what the code costs; the median includes what else the machine does.

Examples:
  $ forkpath bench fork                              1 GiB, frames in sequence, 15 runs
  $ forkpath bench fork --mib 4096 --frames perm     the cache is of no use
  $ forkpath bench fork --no-split --json            one page_table_lock, for a program
  $ forkpath bench fork --beside v6.1,v6.18          do machines of other releases slow it down?`;

const EXPLORE_HELP = `
Runs schedules of a race, again and again, on bare counters and on two whole kernels in turn, one
with long schedules. The ratios say what a kernel around the steps costs. The best round is what the
code costs; the median includes what else the machine does. Twice as many rounds come first, 16 at
the most, and are not counted: they are for the compiler.

Examples:
  $ forkpath bench explore
  $ forkpath bench explore --rounds 40 --json     for a program`;

const MOST_MIB = 65_536;
const MOST_RUNS = 10_000;
const PAGES_PER_MIB = 256;
const BYTES_PER_PAGE = 60;

/** Adds the command to `program`. */
export function addBench(program: Command, terminal: Terminal, finish: Finish): void {
  const group = program
    .command("bench")
    .summary("measure how quick the model is")
    .description("Measures how quick the model is.")
    .addHelpText(
      "after",
      "\nExamples:\n  $ forkpath bench fork --help\n  $ forkpath bench explore --help",
    );
  group
    .command("fork")
    .description("Times fork and exit of a parent of touched anonymous memory.")
    .option("--mib <N>", "size of the parent in MiB", wholeNumber(1, MOST_MIB), 1024)
    .addOption(
      new Option("--frames <ORDER>", "how the parent's pages lie in memory")
        .choices(["seq", "perm"])
        .default("seq"),
    )
    .option("--runs <R>", "forks to time", wholeNumber(1, MOST_RUNS), 15)
    .option("--split", "a lock for each page table (default)")
    .option("--no-split", "one page_table_lock for all of them")
    .option("--trace", "record some events a table while timing")
    .addOption(besideOption())
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action((options: Omit<BenchForkOptions, "trace"> & { trace?: boolean; json?: boolean }) =>
      bench({ trace: false, ...options }, terminal, finish),
    );
  group
    .command("explore")
    .description("Times schedules and their steps, on bare counters and on whole kernels.")
    .option("--rounds <R>", "rounds to time, of a second each", wholeNumber(1, MOST_RUNS), 8)
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", EXPLORE_HELP)
    .action((options: BenchExploreOptions) => benchExplore(options, terminal, finish));
}

interface BenchExploreOptions {
  readonly rounds: number;
  readonly json?: boolean;
}

async function benchExplore(
  { rounds, json = false }: BenchExploreOptions,
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  const work = benchingExplore(await findWholeLitmuses(terminal.stdin), rounds);
  const measure = { units: "rounds", total: rounds };
  const { value, isInterrupted } = await runWork(work, measure, terminal);
  terminal.out(json ? JSON.stringify(value) : describeExplore(value));
  if (isInterrupted) terminal.err(`interrupted after ${value.rounds} of ${rounds} rounds`);
  finish(endOf(true, isInterrupted));
}

function describeExplore(result: BenchExploreResult): string {
  const { rounds, bare, kernel, ratio, long, longRatio } = result;
  const width = Math.max(...[bare, kernel, long].map(({ litmus }) => litmus.length));
  const line = (rate: ExploreRate): string =>
    `  ${rate.litmus.padEnd(width)}  ${rate.schedulesPerSecondBest} schedules/s, ` +
    `median ${rate.schedulesPerSecondMedian}; ${rate.stepsPerSecondBest} steps/s`;
  return [
    `schedules of ${bare.steps} steps on bare counters, and of ${kernel.steps} and ${long.steps} ` +
      `on whole kernels, ${rounds} rounds`,
    line(bare),
    line(kernel),
    line(long),
    `  the kernels' steps are ${ratio} and ${longRatio} times as quick`,
  ].join("\n");
}

async function bench(
  { json = false, split = true, ...options }: BenchForkOptions & { json?: boolean },
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  const { mib, runs } = options;
  expectMemory(mib * PAGES_PER_MIB * BYTES_PER_PAGE, `--mib ${mib}`);
  const work = benchingFork({ ...options, split });
  const { value, isInterrupted } = await runWork(work, { units: "forks", total: runs }, terminal);
  terminal.out(json ? JSON.stringify(value) : describe(value));
  if (isInterrupted) terminal.err(`interrupted after ${value.runs} of ${runs} forks`);
  finish(endOf(true, isInterrupted));
}

function describe(result: BenchForkResult): string {
  const { mib, ptes, frames, runs, split, beside } = result;
  const order = frames === "seq" ? "in sequence" : "permuted";
  const locks = split ? "a lock for each page table" : "one page_table_lock";
  const company = beside.length === 0 ? "" : `, beside ${beside.join(", ")}`;
  return [
    `${mib} MiB, ${ptes} entries, frames ${order}, ${locks}, ${runs} runs${company}`,
    `  fork    ${result.nsPerPteBest} ns an entry, median ${result.nsPerPteMedian}`,
    `  exit    ${result.exitNsPerPteBest} ns an entry`,
    `  memory  ${result.bytesPerPage} bytes a page, parent and child together`,
  ].join("\n");
}
