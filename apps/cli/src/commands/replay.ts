/** `forkpath replay`: one schedule again, step by step. */
import {
  allMonitors,
  drawWitness,
  type Litmus,
  type ObservedRun,
  observe,
  parseReplay,
  plainSchedule,
  replayOf,
} from "@forkpath/explore";
import type { Command } from "commander";
import type { Finish } from "../exit-code.ts";
import { findLitmus, makeLitmus } from "../explore/find-litmus.ts";
import { orUsageError } from "../explore/or-usage-error.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

interface ReplayCommandOptions {
  readonly full?: boolean;
  readonly json?: boolean;
}

const HELP = `
A replay string is the name or file of a litmus, @, and a schedule: a2b is two steps of the first
thread and one of the second, wherever there was a choice. explore puts # and a digest of the litmus
behind the name: should the file have changed since, replay says so. Shown is what the threads
share, in a column for each, with the kernel's function names and the values loaded and stored.
Exit code 1 means that the schedule fails.

Examples:
  $ forkpath replay exec-charge-shipped@v1:ab16          a lost update on bare counters
  $ forkpath replay d01-exec-arguments@v1:a8b4 --full    everything that happens
  $ forkpath replay d01-exec-arguments+cured@v1:a5       on the mended machine`;

/** Adds the command to `program`; `finish` hears whether the schedule was as it should be. */
export function addReplay(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command("replay")
    .summary("show one schedule of a litmus")
    .description("Runs one schedule again, and shows it.")
    .argument("<STRING>", "what explore printed, such as d01-exec-arguments@v1:a8b4")
    .option("--full", "show everything, and not only what the threads share")
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action(async (text: string, { full = false, json }: ReplayCommandOptions) => {
      const { litmus: name, identity, schedule } = orUsageError(() => parseReplay(text));
      const litmus = makeLitmus(await findLitmus(name, terminal.stdin));
      expectIdentity(litmus, identity);
      const observation = observe(litmus, schedule, { monitors: allMonitors() });
      const witness = drawWitness(observation.steps, litmus.threadNames, { isFull: full });
      const { failure, outcome, divergence } = observation.replay;
      if (divergence !== undefined) {
        throw new UsageError(
          `the schedule does not fit ${name} at step ${divergence.step}: ${divergence.reason}; ` +
            `one that fits: ${replayOf(litmus, plainSchedule(litmus))}`,
        );
      }
      const { findings } = observation;
      terminal.out(
        json
          ? JSON.stringify({ litmus: name, schedule, outcome, failure, findings, witness }, null, 2)
          : describe(litmus.title, observation, witness, terminal).join("\n"),
      );
      finish(failure === undefined);
    });
}

/** @throws UsageError where the schedule was one of another litmus */
function expectIdentity({ name, identity }: Litmus, wanted: string | undefined): void {
  if (wanted === undefined || wanted === identity) return;
  throw new UsageError(
    `${name} is another litmus than the one of this schedule: wanted #${wanted}, ` +
      `got ${identity === undefined ? "none" : `#${identity}`}`,
  );
}

function describe(
  title: string,
  { replay, findings }: ObservedRun<unknown>,
  [names, ...rows]: readonly string[],
  { colors }: Terminal,
): readonly string[] {
  const { failure, outcome } = replay;
  const verdict =
    failure === undefined
      ? `${colors.green("ok")}  ${outcome}`
      : `${colors.red("FAIL")}  ${failure.kind}: ${failure.message}`;
  return [
    colors.bold(title),
    "",
    colors.bold(names),
    ...rows,
    "",
    ...findings.map(({ monitor, message }) => `${colors.yellow(monitor)}  ${message}`),
    verdict,
  ];
}
