/** `forkpath explore`: runs every schedule of a few calls, or as many as it is given time for. */
import {
  explainFailure,
  type Litmus,
  type LitmusState,
  parseReplay,
  parseStrategy,
  patrol,
  plainestFailure,
  replayOf,
  STRATEGY_FORMS,
} from "@forkpath/explore";
import { type Exploration, totalOf } from "@forkpath/interleave";
import { type Command, Option } from "commander";
import { ExitCode, type Finish } from "../exit-code.ts";
import { makeBlob } from "../explore/blob.ts";
import { chooseShard, expectShards, MOST_SHARDS } from "../explore/choose-shard.ts";
import { explorationEnd } from "../explore/exploration-end.ts";
import {
  explainedLines,
  explorationLines,
  failureLines,
  findingLines,
  verdictLines,
} from "../explore/exploration-text.ts";
import { exploreAll, headLine, tableLine } from "../explore/explore-all.ts";
import {
  findLitmus,
  knownLitmuses,
  type LitmusSource,
  makeLitmus,
} from "../explore/find-litmus.ts";
import { orUsageError } from "../explore/or-usage-error.ts";
import { runJobs } from "../explore/run-jobs.ts";
import { parseVariant, withVariant } from "../explore/variant.ts";
import { expectMemory } from "../memory.ts";
import { LINK_HELP, raceLink } from "../playground/link.ts";
import { EXTENSION, isBareName } from "../shipped.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { type KernelChoice, onKernelOption } from "./kernel-option.ts";
import { wholeNumber } from "./whole-number.ts";

interface ExploreCommandOptions extends KernelChoice {
  readonly strategy: string;
  readonly max: number;
  readonly requireComplete?: boolean;
  readonly cured?: boolean;
  readonly everywhere?: boolean;
  readonly shard?: string;
  readonly shards?: number;
  readonly jobs: number;
  readonly json?: boolean;
  readonly link?: boolean;
  readonly all?: boolean;
}

const MOST_SCHEDULES = 1_000_000_000;
const MOST_JOBS = 64;
/** Measured: a worker thread with the packages in it. */
const BYTES_PER_JOB = 64 * 2 ** 20;

const HELP = `
A litmus is a scenario with threads: calls that run at the same time, whose every schedule must end
as the scenario expects, with a clean recount. Without a name, the litmuses that come with forkpath
are listed. A failure is shown with the shortest schedule found for it, which replay shows again.

Exit code 1 means that a schedule failed; 4, that none did, but --max ended the exploration early;
130, that Ctrl-C did. With --require-complete, an early end is a failure as well.

Strategies: ${STRATEGY_FORMS.join(", ")}.

Shards split the work between machines: --shard 2/8, or what Kubernetes (JOB_COMPLETION_INDEX with
--shards), Slurm, GitLab and Buildkite have put into the environment. Give all of them the same
options, and merge what they write with --json.

Examples:
  $ forkpath explore                                      which litmuses there are
  $ forkpath explore d01-exec-arguments                   a lost update, and its schedule
  $ forkpath explore d01-exec-arguments --cured           the same kernel, mended
  $ forkpath explore d01-vfork-exec --cured --everywhere  whatever steps they take turns at
  $ forkpath explore --all --max 3000                     all of them, as a table
  $ forkpath explore my.yaml --strategy bounded:2         all with at most two preemptions
  $ forkpath explore my.yaml --jobs 4                     on four processors
  $ forkpath explore my.yaml --shard 1/2 --json > 1.json  half of it`;

/** Adds the command to `program`; `finish` hears whether every schedule was as it should be. */
export function addExplore(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command("explore")
    .summary("run every schedule of calls that race")
    .description("Runs the threads of a litmus under every schedule, and holds each to account.")
    .argument("[FILE|NAME]", "a scenario with threads, or a litmus that comes with forkpath")
    .option("--strategy <STRATEGY>", "which schedules", "dpor")
    .option("--max <N>", "stop after N schedules", wholeNumber(1, MOST_SCHEDULES), 100_000)
    .option("--require-complete", "count an exploration that ended early as failed")
    .option("--cured", "run it on the machine that has its defect mended")
    .option("--everywhere", "let threads take turns everywhere, whatever the litmus says")
    .addOption(onKernelOption())
    .option("--shard <I/N>", "only the I-th of N parts, counted from 1")
    .option("--shards <N>", "how many parts there are", wholeNumber(1, MOST_SHARDS))
    .addOption(
      new Option("--jobs <N>", "worker threads on this machine")
        .argParser(wholeNumber(1, MOST_JOBS))
        .default(1),
    )
    .option("--all", "every litmus that comes with forkpath, as a table")
    .option("--json", "write one JSON object in place of text")
    .option("--link", "write a link for the playground: to the plainest schedule that fails")
    .addHelpText("after", HELP)
    .action(async (name: string | undefined, options: ExploreCommandOptions) => {
      if (options.all === true) await tellAll(name, options, terminal, finish);
      else if (name === undefined) await listLitmuses(terminal);
      else await exploreLitmus(name, options, terminal, finish);
    });
}

async function listLitmuses(terminal: Terminal): Promise<void> {
  const known = knownLitmuses();
  const width = Math.max(...known.map(({ name }) => name.length));
  for (const { name, title } of known) {
    terminal.out(`${terminal.colors.bold(name.padEnd(width))}  ${title}`);
  }
}

/** @throws UsageError for what makes no sense for all of them */
async function tellAll(
  name: string | undefined,
  options: ExploreCommandOptions,
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  const { strategy, max, json, jobs } = options;
  if (name !== undefined) throw new UsageError(`--all and ${name}: wanted one of the two`);
  const isSplit = options.shard !== undefined || options.shards !== undefined || jobs > 1;
  if (isSplit) throw new UsageError("--all runs each litmus as a whole: no shards, and one job");
  orUsageError(() => parseStrategy(strategy, max), "strategy: ");
  const names = knownLitmuses().map((one) => withVariant(one.name, options));
  const width = Math.max(...names.map(({ length }) => length));
  if (!json) terminal.out(terminal.colors.bold(headLine(width)));
  const { explored, isInterrupted } = await exploreAll(
    { strategy, max },
    options,
    terminal,
    (one) => {
      if (!json) terminal.out(tableLine(one, width, terminal));
    },
  );
  const totals = explored.map(({ exploration }) => exploration);
  if (json) {
    const litmuses = explored.map(({ exploration, ...one }) => ({
      ...one,
      schedules: exploration.schedules,
      cut: exploration.cut,
      complete: exploration.complete,
    }));
    terminal.out(JSON.stringify({ ...makeBlob(totals), litmuses }, null, 2));
  }
  finish(isInterrupted ? ExitCode.INTERRUPTED : explorationEnd(totals, options, terminal));
}

async function exploreLitmus(
  name: string,
  options: ExploreCommandOptions,
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  const { strategy, max, jobs, json } = options;
  orUsageError(() => parseStrategy(strategy, max), "strategy: ");
  const part = chooseShard(options, terminal.env);
  expectShards(part.count * jobs, `${part.count} shards of ${jobs} jobs each`);
  if (jobs > 1) expectMemory(jobs * BYTES_PER_JOB, `--jobs ${jobs}`);
  const source = await findLitmus(withVariant(name, options), terminal.stdin);
  const litmus = makeLitmus(source);
  const { value: explorations, isInterrupted } = await runJobs(
    { litmus: source, strategy, max },
    part,
    jobs,
    terminal,
  );
  const total = explorations.length === 1 ? explorations[0] : totalOf(explorations);
  if (options.link === true) {
    terminal.out(linkOf(source, litmus, total));
    terminal.err(`note: ${LINK_HELP}`);
  } else
    terminal.out(
      json
        ? JSON.stringify({ ...makeBlob(explorations), ...summary(litmus, total) }, null, 2)
        : describe(litmus, total, terminal).join("\n"),
    );
  if (isInterrupted) {
    terminal.err(
      `interrupted after ${total.schedules} schedules. An exploration begins anew each time; ` +
        `to go on in parts: --shard 1/8 --json > 1.json, and so on, then merge`,
    );
  }
  finish(isInterrupted ? ExitCode.INTERRUPTED : explorationEnd([total], options, terminal));
}

/** Of the plainest schedule that fails; of the race alone, where none does. */
function linkOf(
  { name, text, fileName }: LitmusSource,
  litmus: Litmus<LitmusState>,
  { failures }: Exploration,
): string {
  const { base } = parseVariant(name);
  const isShipped = text === null || (isBareName(base) && fileName === `${base}${EXTENSION}`);
  const failure = plainestFailure(litmus, failures);
  const plainest = failure === undefined ? null : explainFailure(litmus, failure).plainest;
  return raceLink(
    { name: isShipped ? base : null, text: text ?? "" },
    name.slice(base.length),
    plainest === null ? null : parseReplay(plainest).schedule,
  );
}

/** What a program wants to know that reads no blobs. */
const summary = (litmus: Litmus<LitmusState>, total: Exploration): object => ({
  litmus: litmus.name,
  identity: total.identity,
  title: litmus.title,
  switchAt: litmus.switchAt,
  schedules: total.schedules,
  complete: total.complete,
  guarantee: total.guarantee,
  findings: patrol(litmus),
  failures: total.failures.map(({ kind, message, count, schedule }) => ({
    kind,
    message,
    count,
    replay: replayOf(litmus, schedule),
  })),
});

/** The plainest failure is drawn; the others can be replayed. */
function describe(
  litmus: Litmus<LitmusState>,
  total: Exploration,
  { colors }: Terminal,
): readonly string[] {
  const lines = [
    colors.bold(litmus.title),
    ...explorationLines(total, colors, litmus.switchAt),
    "",
    ...findingLines(patrol(litmus), colors),
    ...failureLines(total, colors),
  ];
  const plainest = plainestFailure(litmus, total.failures);
  if (plainest !== undefined) {
    lines.push("", ...explainedLines(explainFailure(litmus, plainest), colors), "");
  }
  return [...lines, ...verdictLines(total, colors)];
}
