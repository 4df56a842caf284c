/** `forkpath show`: a history step by step, and what each step does to memory. */
import { nearestWord } from "@forkpath/scenario/internal";
import type { Command } from "commander";
import type { Finish } from "../exit-code.ts";
import { readScenario } from "../scenario/read-scenario.ts";
import { tellExamples } from "../scenario/tell-examples.ts";
import { storyJson } from "../show/show-json.ts";
import { storyLines } from "../show/show-text.ts";
import { type Story, walkStory } from "../show/walk-story.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { type KernelChoice, onKernelOption } from "./kernel-option.ts";
import { wholeNumber } from "./whole-number.ts";

interface ShowCommandOptions extends KernelChoice {
  readonly at?: number;
  readonly process?: readonly string[];
  readonly all?: boolean;
  readonly check?: boolean;
  readonly cured?: boolean;
  readonly json?: boolean;
}

const MOST_STEPS = 1_000_000;

const HELP = `
Runs a scenario, and shows the machine before its first step and after each: the figures of
/proc/PID/status, what smaps adds up, every area with a letter for each page (W*256 is 256 of them),
free, used and promised memory. The file needs no expectations. What a step left as it was is not
shown again, but with --at and --all everything is. A colour marks what changed; in a file or pipe,
a * does. Without a file, the examples that come with forkpath are listed.

Examples:
  $ forkpath show redis-snapshot                 an example
  $ forkpath show server.yaml                    every step of a file
  $ forkpath show server.yaml --at 2             all of the machine around the second step
  $ forkpath show server.yaml --at 0             before the first step
  $ forkpath show server.yaml --process worker1  one process; 'worker*' is all that begin so
  $ forkpath show server.yaml --json             for a program: everything, page maps in runs`;

/** Adds the command to `program`; `finish` hears whether the machine got to its first step. */
export function addShow(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command("show")
    .summary("show what each step of a scenario does to memory")
    .description("Runs a scenario, and shows processes, areas and pages around each step.")
    .argument("[FILE]", "a scenario, or the name of an example; - is standard input")
    .option(
      "--at <STEP>",
      "only this step, counted from 1; 0 is the start",
      wholeNumber(0, MOST_STEPS),
    )
    .option("--process <NAME>", "only this process; may be given again", collect)
    .option("--all", "also what a step left as it was")
    .option("--check", "recount all counters, references and charges after every step")
    .option("--cured", "show the machine that has the scenario's defect mended")
    .addOption(onKernelOption())
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action(async (file: string | undefined, options: ShowCommandOptions) => {
      if (file === undefined) tellExamples("show", terminal);
      else await showFile(file, options, terminal, finish);
    });
}

const collect = (one: string, others: readonly string[] = []): readonly string[] => [
  ...others,
  one,
];

async function showFile(
  file: string,
  options: ShowCommandOptions,
  { stdin, colors, out }: Terminal,
  finish: Finish,
): Promise<void> {
  const { check = false, cured = false, all = false, json = false, at = null } = options;
  const scenario = await readScenario(file, stdin, options.kernel);
  if (cured && scenario.cure === null) {
    throw new UsageError(`${scenario.fileName} has no cure to run with`);
  }
  const story = walkStory(scenario, { cured, check });
  expectStep(story, at);
  const isShown = chooseTasks(story, options.process ?? []);
  const isFull = all || at !== null;
  if (json) out(JSON.stringify(storyJson(story, { at, isShown }), null, 2));
  else out(storyLines(story, { at, isFull, isShown, colors }).join("\n"));
  finish(story.fault === null);
}

/** @throws UsageError for a step that there is not */
function expectStep({ scenario, moments, fault }: Story, at: number | null): void {
  if (at === null || at <= moments.length || fault !== null) return;
  throw new UsageError(`${scenario.fileName} has ${moments.length} steps, not ${at}`);
}

/**
 * Whether a task is to be shown; without names, each is.
 * @throws UsageError for a name that stands for none
 */
function chooseTasks(
  { start, moments }: Story,
  wanted: readonly string[],
): (name: string) => boolean {
  const { tasks } = moments.at(-1)?.after ?? start;
  const known = tasks.map(({ name }) => name);
  const patterns = wanted.map((one) => ({
    one,
    begins: one.endsWith("*") ? one.slice(0, -1) : null,
  }));
  for (const { one, begins } of patterns) {
    if (known.some((name) => (begins === null ? name === one : name.startsWith(begins)))) continue;
    const meant = nearestWord(one, known);
    const help = meant === undefined ? `there are ${known.join(", ")}` : `did you mean ${meant}?`;
    throw new UsageError(`no process has the name ${one}; ${help}`);
  }
  return (name) =>
    patterns.length === 0 ||
    patterns.some(({ one, begins }) => (begins === null ? name === one : name.startsWith(begins)));
}
