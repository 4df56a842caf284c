/**
 * The command line: parses the words, runs a command, and turns what happens into an exit code.
 *
 *    0  done                            3  a fault of forkpath itself
 *    1  something was not as wanted     4  an exploration ended early
 *    2  wrong usage, or what cannot     130  Ctrl-C
 *       be read or written
 */
import { CannotRun, ScenarioError } from "@forkpath/scenario";
import { Command, CommanderError } from "commander";
import manifest from "../package.json" with { type: "json" };
import { addBench } from "./commands/bench.ts";
import { addBisect } from "./commands/bisect.ts";
import { addCalibrate } from "./commands/calibrate.ts";
import { addCapture } from "./commands/capture.ts";
import { addConform } from "./commands/conform.ts";
import { addDefects } from "./commands/defects.ts";
import { addDemo } from "./commands/demo.ts";
import { addExplain } from "./commands/explain.ts";
import { addExplore } from "./commands/explore.ts";
import { addFaults } from "./commands/faults.ts";
import { addFuzz } from "./commands/fuzz.ts";
import { addInit } from "./commands/init.ts";
import { addKernels } from "./commands/kernels.ts";
import { addLive } from "./commands/live.ts";
import { addMerge } from "./commands/merge.ts";
import { addPlayground } from "./commands/playground.ts";
import { addPredict } from "./commands/predict.ts";
import { addProc } from "./commands/proc.ts";
import { addReplay } from "./commands/replay.ts";
import { addRun } from "./commands/run.ts";
import { addShow } from "./commands/show.ts";
import { addTrace } from "./commands/trace.ts";
import { ExitCode, endOf, type Finish } from "./exit-code.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import { onlyText } from "./visible.ts";

const EXAMPLES = `
Examples:
  $ forkpath demo                see one fork from all sides
  $ forkpath init                write a history to start from
  $ forkpath run server.yaml     run a history, and hold it against what it expects
  $ forkpath show server.yaml    see what each of its steps does to memory
  $ forkpath bisect FILE         tell since which release of Linux it goes so, and why
  $ forkpath explain --pid 1234  tell where the memory of a live process lies
  $ forkpath predict --pid 1234  tell what a fork of it would cost
  $ forkpath explore             see which races can be explored
  $ forkpath conform             hold the model against the recorded kernel
  $ forkpath bench fork          measure how quick it is
  $ forkpath help run            tell more about one command`;

/**
 * Runs one command line, without the words `node` and `forkpath` before it. Never throws.
 */
export async function runProgram(words: readonly string[], screen: Terminal): Promise<ExitCode> {
  const terminal = onlyText(screen);
  let exitCode: ExitCode = ExitCode.DONE;
  const program = createProgram(terminal);
  const finish: Finish = (end) => {
    exitCode = typeof end === "number" ? end : endOf(end, false);
  };
  addDemo(program, terminal);
  addInit(program, terminal);
  addRun(program, terminal, finish);
  addShow(program, terminal, finish);
  addPlayground(program, terminal);
  addTrace(program, terminal);
  addFaults(program, terminal, finish);
  addFuzz(program, terminal, finish);
  addDefects(program, terminal, finish);
  addKernels(program, terminal);
  addBisect(program, terminal, finish);
  addExplore(program, terminal, finish);
  addPredict(program, terminal, finish);
  addCalibrate(program, terminal);
  addReplay(program, terminal, finish);
  addMerge(program, terminal, finish);
  addConform(program, terminal, finish);
  addCapture(program, terminal, finish);
  addLive(program, terminal, finish);
  addExplain(program, terminal);
  addProc(program, terminal);
  addBench(program, terminal, finish);
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    return explain(error, terminal);
  }
  return exitCode;
}

/** Sub-commands inherit what is set here, so they are added later. */
const createProgram = (terminal: Terminal): Command =>
  new Command("forkpath")
    .description("An executable model of the memory side of fork in Linux (2.6.32-642.6.2.el6).")
    .version(manifest.version)
    .addHelpText("after", EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      outputError: (text, write) => write(text.trim().replaceAll("\n", " ")),
    });

/**
 * One line, and never a stack; of a file with several problems, a line for each. commander has
 * written its own by now.
 */
function explain(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? ExitCode.DONE : ExitCode.USAGE;
  }
  if (error instanceof ScenarioError) {
    terminal.err(error.message);
    return ExitCode.USAGE;
  }
  const isUsage = error instanceof UsageError || error instanceof CannotRun;
  const message = isUsage ? error.message : `forkpath is at fault: ${String(error)}`;
  terminal.err(`error: ${message.split("\n", 1)[0]}`);
  return isUsage ? ExitCode.USAGE : ExitCode.INTERNAL;
}
