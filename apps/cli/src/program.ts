/**
 * The command line: parses the words, runs a command, and turns what happens into an exit code.
 *
 *    0  done                            3  a fault of forkpath itself
 *    1  something was not as wanted     4  an exploration ended early
 *    2  wrong usage, or what cannot     130  Ctrl-C
 *       be read or written              141  the reader of a pipe has gone
 */
import { type Command, CommanderError } from "commander";
import manifest from "../package.json" with { type: "json" };
import { ExitCode, endOf, type Finish } from "./exit-code.ts";
import { HelpfulCommand } from "./help-text.ts";
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

type AddCommand = (program: Command, terminal: Terminal, finish: Finish) => void;

/** In the order of the help. A command is loaded when it is wanted: all of them take a while. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  demo: async () => (await import("./commands/demo.ts")).addDemo,
  init: async () => (await import("./commands/init.ts")).addInit,
  run: async () => (await import("./commands/run.ts")).addRun,
  show: async () => (await import("./commands/show.ts")).addShow,
  playground: async () => (await import("./commands/playground.ts")).addPlayground,
  trace: async () => (await import("./commands/trace.ts")).addTrace,
  faults: async () => (await import("./commands/faults.ts")).addFaults,
  fuzz: async () => (await import("./commands/fuzz.ts")).addFuzz,
  defects: async () => (await import("./commands/defects.ts")).addDefects,
  kernels: async () => (await import("./commands/kernels.ts")).addKernels,
  bisect: async () => (await import("./commands/bisect.ts")).addBisect,
  explore: async () => (await import("./commands/explore.ts")).addExplore,
  predict: async () => (await import("./commands/predict.ts")).addPredict,
  calibrate: async () => (await import("./commands/calibrate.ts")).addCalibrate,
  replay: async () => (await import("./commands/replay.ts")).addReplay,
  merge: async () => (await import("./commands/merge.ts")).addMerge,
  conform: async () => (await import("./commands/conform.ts")).addConform,
  capture: async () => (await import("./commands/capture.ts")).addCapture,
  live: async () => (await import("./commands/live.ts")).addLive,
  explain: async () => (await import("./commands/explain.ts")).addExplain,
  proc: async () => (await import("./commands/proc.ts")).addProc,
  bench: async () => (await import("./commands/bench.ts")).addBench,
};

/** `help nope` is told as `nope` is, and not by the help of everything. */
const straight = (words: readonly string[]): readonly string[] => {
  const [first, second] = words;
  const isHelp = first === "help" && second !== undefined && second !== "help";
  return isHelp && !Object.hasOwn(COMMANDS, second) ? [second] : words;
};

/** What the words need: one command, none for the version, and all to help or to correct. */
function wanted([first = ""]: readonly string[]): readonly (() => Promise<AddCommand>)[] {
  if (first === "--version" || first === "-V") return [];
  return Object.hasOwn(COMMANDS, first) ? [COMMANDS[first]] : Object.values(COMMANDS);
}

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
  try {
    for (const load of wanted(words)) (await load())(program, terminal, finish);
    await program.parseAsync(straight(words), { from: "user" });
  } catch (error) {
    return await explain(error, terminal);
  }
  return exitCode;
}

/** Columns of help that goes to no screen: of prose, and of tables of options. */
const PIPE_WIDTH = 100;
const OPTIONS_WIDTH = 80;

/** Sub-commands inherit what is set here, so they are added later. */
const createProgram = (terminal: Terminal): Command =>
  new HelpfulCommand("forkpath", terminal.columns ?? PIPE_WIDTH)
    .description("An executable model of the memory side of fork in Linux, from 2.6.32 to 6.18.")
    .version(manifest.version)
    .addHelpText("after", EXAMPLES)
    .exitOverride()
    .configureHelp({ minWidthToWrap: 20 })
    .configureOutput({
      getOutHelpWidth: () => terminal.columns ?? OPTIONS_WIDTH,
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      outputError: (text, write) => write(text.trim().replaceAll("\n", " ")),
    });

/**
 * One line, and never a stack; of a file with several problems, a line for each. commander has
 * written its own by now.
 */
async function explain(error: unknown, terminal: Terminal): Promise<ExitCode> {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? ExitCode.DONE : ExitCode.USAGE;
  }
  const { CannotRun, ScenarioError } = await import("@forkpath/scenario");
  if (error instanceof ScenarioError) {
    terminal.err(error.message);
    return ExitCode.USAGE;
  }
  const isUsage = error instanceof UsageError || error instanceof CannotRun;
  const message = isUsage ? error.message : `forkpath is at fault: ${String(error)}`;
  terminal.err(`error: ${message.split("\n", 1)[0]}`);
  return isUsage ? ExitCode.USAGE : ExitCode.INTERNAL;
}
