/** `forkpath trace`: what the kernel did in a scenario, for tools that draw or compare traces. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { expectHeap } from "../memory.ts";
import { withOutput } from "../output-file.ts";
import { readScenario } from "../scenario/read-scenario.ts";
import type { ScenarioTrace } from "../scenario/record-trace.ts";
import { recordTrace, type TraceChoice } from "../scenario/record-trace.ts";
import {
  CLASS_NAMES,
  DEFAULT_CLASSES,
  FORMATS,
  type Format,
  parseClasses,
  writeTrace,
} from "../scenario/trace-formats.ts";
import type { Terminal } from "../terminal.ts";
import { type KernelChoice, onKernelOption } from "./kernel-option.ts";
import { wholeNumber } from "./whole-number.ts";

interface TraceOptions extends TraceChoice, KernelChoice {
  readonly format: Format;
  readonly output?: string;
}

/** Events, records, spans and text of 2^22 are more than half of what a string can hold. */
const MOST_EVENTS = 2 ** 22;
/** Measured: from 240 in folded stacks to 870 in function_graph. */
const BYTES_PER_EVENT = 900;
const DEFAULT_LAST = 2 ** 19;

const HELP = `
Runs the steps of a scenario and writes what the kernel did in them. Time is simulated, from a table
of costs: durations can be compared with each other, never with a stopwatch. Only events of the
classes that are asked for take time.

Formats:
  function_graph   the text of ftrace's tracer of that name
  perfetto         JSON for Perfetto, chrome://tracing and speedscope: slices, counters, flows
  folded           stacks with their own nanoseconds, for flame graphs
  events           one line an event: number, nanoseconds, thread, event

Examples:
  $ forkpath trace server.yaml | less
  $ forkpath trace server.yaml --format perfetto -o trace.json
  $ forkpath trace server.yaml --format events --classes all`;

/** Adds the command to `program`. */
export function addTrace(program: Command, terminal: Terminal): void {
  program
    .command("trace")
    .summary("write what the kernel did in a scenario")
    .description("Runs a scenario, and writes the kernel's functions, locks, allocations and more.")
    .argument("<FILE>", "a scenario, or the name of an example; - is standard input")
    .addOption(
      new Option("--format <FORMAT>", "what to write").choices(FORMATS).default(FORMATS[0]),
    )
    .option("-o, --output <OUT>", "the file to write; standard output without it")
    .addOption(
      new Option("--classes <LIST>", `which events: all, or some of ${CLASS_NAMES.join(",")}`)
        .argParser(classes)
        .default(parseClasses(DEFAULT_CLASSES), DEFAULT_CLASSES),
    )
    .option("--last <N>", "how many events to keep", wholeNumber(1, MOST_EVENTS), DEFAULT_LAST)
    .addOption(onKernelOption())
    .addHelpText("after", HELP)
    .action((file: string, options: TraceOptions) => traceFile(file, options, terminal));
}

/** @throws InvalidArgumentError from the parser, which commander turns into a usage error */
function classes(text: string): number {
  const mask = parseClasses(text);
  if (mask === undefined) {
    throw new InvalidArgumentError(`Expected all, or some of ${CLASS_NAMES.join(",")}.`);
  }
  return mask;
}

/** Whether expectations are met does not matter here, but a run that ends early would mislead. */
async function traceFile(file: string, options: TraceOptions, terminal: Terminal): Promise<void> {
  const { last } = options;
  if (last > DEFAULT_LAST) expectHeap(last * BYTES_PER_EVENT, `--last ${last}`);
  const scenario = await readScenario(file, terminal.stdin, options.kernel);
  const trace = await withOutput(options.output, file, async (write) => {
    const made = recordTrace(scenario, options);
    const text = writeTrace(options.format, made, remedyOf(made));
    if (write === null) terminal.out(text);
    else await write(`${text}\n`);
    return made;
  });
  if (options.output !== undefined) {
    terminal.out(`${trace.records.length} events written to ${options.output}`);
  }
  if (trace.dropped > 0) {
    terminal.err(`note: the first ${trace.dropped} events are left out: ${remedyOf(trace)}`);
  }
  if (!trace.isOk) terminal.err(`note: not all is as expected: forkpath run ${file} tells more`);
}

/** How to get the events that were left out. */
function remedyOf({ dropped, records }: ScenarioTrace): string {
  const emitted = dropped + records.length;
  return emitted <= MOST_EVENTS ? `--last ${emitted} keeps all` : "fewer --classes keep more";
}
