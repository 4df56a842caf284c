/** `forkpath conform`: runs recorded vectors, and compares every field of what they expect. */

import { isPassed, runVector, type Verdict } from "@forkpath/conform";
import type { Command } from "commander";
import { jsonReporter } from "../conform/json-reporter.ts";
import type { Reporter } from "../conform/reporter.ts";
import { textReporter } from "../conform/text-reporter.ts";
import { readVectorLines, type VectorLine } from "../conform/vector-lines.ts";
import type { Finish, Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

interface ConformOptions {
  readonly json?: boolean;
  readonly only?: string;
}

const HELP = `
A vector is one fork or one unmapping that a real kernel did: the state before it, and all that it
left behind. SCHEMA.md of @forkpath/conformance tells what its fields mean. A line that is no vector
counts as failed, and the rest still runs. Exit code 1 means that something failed.

Examples:
  $ forkpath conform                             the public vectors that come with forkpath
  $ forkpath conform heldout.jsonl.gz            another file, packed or not
  $ zcat heldout.jsonl.gz | forkpath conform -   standard input
  $ forkpath conform --only pub-0004             one vector, with its trace
  $ forkpath conform --json | jq .failed         for a program`;

/** Adds the command to `program`; `finish` hears whether every vector passed. */
export function addConform(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command("conform")
    .summary("hold the model against recorded answers of the kernel")
    .description("Runs recorded vectors, and compares every field of what they expect.")
    .argument("[FILE...]", "vectors, one JSON object a line, plain or gzipped; - is standard input")
    .option("--only <ID>", "run the vector of this id, and show its trace")
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action(async (files: string[], { json, only }: ConformOptions) => {
      const lines = await readVectorLines(files, terminal.stdin);
      const makeReporter = json ? jsonReporter : textReporter;
      finish(runLines(lines, only, makeReporter(terminal, only !== undefined)));
    });
}

/**
 * Runs all lines, or those of one id.
 * @throws UsageError when that leaves nothing to run: no vectors is not success
 */
function runLines(
  lines: Iterable<VectorLine>,
  only: string | undefined,
  reporter: Reporter,
): boolean {
  let passed = 0;
  let failed = 0;
  for (const line of lines) {
    if (only !== undefined && !(line.parsed.ok && line.parsed.vector.id === only)) continue;
    const verdict = judge(line);
    if (isPassed(verdict)) passed++;
    else failed++;
    reporter.tell(line, verdict);
  }
  if (passed + failed === 0) {
    throw new UsageError(only === undefined ? "no vectors given" : `no vector has the id ${only}`);
  }
  reporter.end({ passed, failed });
  return failed === 0;
}

const judge = ({ parsed }: VectorLine): Verdict =>
  parsed.ok
    ? runVector(parsed.vector)
    : { differences: [], problem: `not a vector: ${parsed.problem}`, events: [] };
