/** `forkpath live`: the steps of a scenario on the running kernel, held against the model. */
import {
  LiveError,
  type LivePlan,
  type LiveResult,
  type LiveStep,
  planLive,
  runLive,
} from "@forkpath/live";
import type { Command } from "commander";
import { ExitCode, endOf, type Finish } from "../exit-code.ts";
import { liveJson } from "../live/live-json.ts";
import { headLines, obstacleLines, stepLines, totalsLine } from "../live/live-text.ts";
import { readScenario } from "../scenario/read-scenario.ts";
import { tellExamples } from "../scenario/tell-examples.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { type KernelChoice, kernelOption } from "./kernel-option.ts";

interface LiveCommandOptions extends KernelChoice {
  readonly keepGoing?: boolean;
  readonly json?: boolean;
}

const HELP = `
The steps are done for real, by processes made for it, while the model of this machine's release
does them too. After each step everything is compared that both show: status, areas, sums of smaps,
faults, and page by page the entry, its frame, who shares it, and whether it is dirty. What a real
run cannot do is said before it starts. Expectations of the file are not looked at: it is the model
that the kernel is held against. Exit code 1 means that something differed, 2 that it cannot be
done.

It needs Linux on x86-64 and a C compiler, which builds a small program once. Without root it
compares what /proc shows to everybody, and says what is left out. No process is left behind, and
nothing of the machine is changed.

Examples:
  $ sudo forkpath live prefork-server        an example that comes with forkpath
  $ forkpath live server.yaml                a file, without root
  $ forkpath live server.yaml --keep-going   leave out what cannot be done
  $ forkpath live server.yaml --kernel v6.1  hold it against another release: what has changed?
  $ forkpath live server.yaml --json         for a program`;

/** Adds the command to `program`; `finish` hears whether both sides agree. */
export function addLive(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command("live")
    .summary("do a scenario's steps on the running kernel, and hold it against the model")
    .description("Does the steps of a scenario for real, and compares each with the model.")
    .argument("[FILE]", "a scenario, or the name of an example; - is standard input")
    .option("--keep-going", "leave out what cannot be done, and go on after a difference")
    .addOption(kernelOption("hold it against this release; by default the nearest to its own"))
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action(async (file: string | undefined, options: LiveCommandOptions) => {
      if (file === undefined) tellExamples("live", terminal);
      else await liveFile(file, options, terminal, finish);
    });
}

async function liveFile(
  file: string,
  options: LiveCommandOptions,
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  const { keepGoing = false, json = false, kernel } = options;
  const scenario = await readScenario(file, terminal.stdin);
  const plan = asUsage(() =>
    planLive(scenario, { leaveOut: keepGoing, ...(kernel === undefined ? {} : { kernel }) }),
  );
  if (!json) terminal.out(headLines(plan, terminal.colors).join("\n"));
  if (!plan.canRun) {
    if (json) terminal.out(JSON.stringify(liveJson(plan, null), null, 2));
    for (const line of obstacleLines(plan, keepGoing)) terminal.err(line);
    return finish(ExitCode.USAGE);
  }
  const result = await runWatched(plan, keepGoing, terminal, (step) => {
    if (!json) terminal.out(stepLines(step, terminal.colors).join("\n"));
  });
  terminal.out(
    json
      ? JSON.stringify(liveJson(plan, result), null, 2)
      : totalsLine(plan, result, terminal.colors),
  );
  finish(endOf(result.differences === 0, result.isInterrupted));
}

/** Ctrl-C ends it after the step under way. */
async function runWatched(
  plan: LivePlan,
  keepGoing: boolean,
  terminal: Terminal,
  onStep: (step: LiveStep) => void,
): Promise<LiveResult> {
  let isStopped = false;
  const release = terminal.onInterrupt(() => {
    isStopped = true;
  });
  try {
    return await runLive(plan, {
      env: terminal.env,
      keepGoing,
      onStep,
      isStopped: () => isStopped,
    });
  } catch (error) {
    throw usageOf(error);
  } finally {
    release();
  }
}

function asUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw usageOf(error);
  }
}

const usageOf = (error: unknown): unknown =>
  error instanceof LiveError ? new UsageError(error.message) : error;
