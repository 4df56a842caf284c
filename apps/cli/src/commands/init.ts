/** `forkpath init`: a scenario to start from. */
import { writeFile } from "node:fs/promises";
import { exampleNames, readExample, withoutSchemaLine } from "@forkpath/scenario/examples";
import { nearestWord } from "@forkpath/scenario/internal";
import type { Command } from "commander";
import { hasCode, reasonOf } from "../read-input.ts";
import { EXTENSION } from "../shipped.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

interface InitOptions {
  readonly from: string;
}

const DEFAULT_EXAMPLE = "prefork-server";

const HELP = `
Writes one of the examples that come with forkpath to a file, for you to change. A file that is
there is never written over. forkpath run, without a file, lists the examples.

Examples:
  $ forkpath init                             writes ${DEFAULT_EXAMPLE}${EXTENSION}
  $ forkpath init mine.yaml                   under another name
  $ forkpath init --from redis-snapshot       another example
  $ forkpath init -                           to standard output`;

/** Adds the command to `program`. */
export function addInit(program: Command, terminal: Terminal): void {
  program
    .command("init")
    .summary("write a scenario to start from")
    .description("Writes an example to a file, for you to change.")
    .argument("[FILE]", "the file to write; by default the example's name; - is standard output")
    .option("--from <NAME>", "which example", DEFAULT_EXAMPLE)
    .addHelpText("after", HELP)
    .action((file: string | undefined, options: InitOptions) => init(file, options, terminal));
}

async function init(
  file: string | undefined,
  { from }: InitOptions,
  { out }: Terminal,
): Promise<void> {
  const text = await exampleText(from);
  if (file === "-") {
    out(text.trimEnd());
    return;
  }
  const name = file ?? `${from}${EXTENSION}`;
  if (name === "") throw new UsageError("the name of the file to write is empty");
  try {
    await writeFile(name, text, { flag: "wx" });
  } catch (error) {
    throw new UsageError(
      hasCode(error, "EEXIST")
        ? `${name} is there, and is not written over: give another name`
        : `cannot write ${name}: ${reasonOf(error)}`,
    );
  }
  out(`${name} is written: forkpath run ${name} runs it, forkpath show ${name} shows its steps`);
}

/** Without the line by which editors find the schema in this repository. */
async function exampleText(name: string): Promise<string> {
  const text = await readExample("history", name);
  if (text !== undefined) return withoutSchemaLine(text);
  const meant = nearestWord(name, exampleNames("history"));
  const help = meant === undefined ? "forkpath run lists them" : `did you mean ${meant}?`;
  throw new UsageError(`no example has the name ${name}; ${help}`);
}
