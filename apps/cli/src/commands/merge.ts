/** `forkpath merge`: what the shards of an exploration found, put together. */
import type { Exploration } from "@forkpath/interleave";
import type { Command } from "commander";
import type { Finish } from "../exit-code.ts";
import { makeBlob, mergeBlobs, parseBlob, totalsOf } from "../explore/blob.ts";
import { type EndOptions, explorationEnd } from "../explore/exploration-end.ts";
import { explorationLines, failureLines, verdictLines } from "../explore/exploration-text.ts";
import { inputName, readInput } from "../read-input.ts";
import type { Terminal } from "../terminal.ts";

interface MergeOptions extends EndOptions {
  readonly json?: boolean;
}

const HELP = `
Merging is set union: the files may come in any order, and any of them twice. The same shard with
another result is an error, since an exploration always finds the same. What belongs together is
known by the text of the litmus, whatever its file was called.

Exit code 1 means that a schedule failed; 4, that none did, but that shards are missing or ended
early. With --require-complete, that is a failure as well.

Examples:
  $ forkpath explore my.yaml --shard 1/2 --json > 1.json
  $ forkpath explore my.yaml --shard 2/2 --json > 2.json
  $ forkpath merge 1.json 2.json
  $ forkpath merge --json 1.json 2.json > all.json    to be merged again`;

/** Adds the command to `program`; `finish` hears whether every schedule was as it should be. */
export function addMerge(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command("merge")
    .summary("put the shards of an exploration together")
    .description("Puts together what the shards of an exploration have found.")
    .argument("<BLOB...>", "what explore --json has written; - is standard input")
    .option("--require-complete", "count an exploration that is not complete as failed")
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action(async (files: string[], options: MergeOptions) => {
      const blobs = files.map(async (file) => {
        const text = new TextDecoder().decode(await readInput(file, terminal.stdin));
        return parseBlob(text, inputName(file));
      });
      const explorations = mergeBlobs(await Promise.all(blobs));
      const totals = totalsOf(explorations);
      terminal.out(
        options.json
          ? JSON.stringify(makeBlob(explorations), null, 2)
          : totals.map((total) => describe(total, terminal).join("\n")).join("\n\n"),
      );
      finish(explorationEnd(totals, options, terminal));
    });
}

const describe = (total: Exploration, { colors }: Terminal): readonly string[] => [
  colors.bold(total.program),
  ...explorationLines(total, colors),
  "",
  ...failureLines(total, colors),
  ...verdictLines(total, colors),
];
