/**
 * Every fenced block of the documents is run, or held against what it shows. A block that no line
 * of HOLDERS takes is a fault, and so is a fence that is not understood.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { publishedLibraries, REPO } from "@forkpath/config/published";
import { parseScenario, runScenario } from "@forkpath/scenario";
import { afterAll, describe, expect, test } from "vitest";
import {
  type Block,
  blocksIn,
  documentsWithBlocks,
  LEFT_OUT,
  readDocument,
} from "../../documents/blocks.ts";
import { differenceOf, readCommand, runCommand, runProgram } from "../../documents/commands.ts";
import { exampleOf, printedBy } from "../../documents/example.ts";
import { missingPiece } from "../../documents/excerpts.ts";
import { folderOf, SHELL } from "../../documents/folder.ts";
import { createHelp, faultsOfUse, whyNotHere } from "../../documents/help.ts";
import { runShell, sortLines } from "../../documents/shell.ts";

interface Place {
  readonly document: string;
  readonly folder: string;
  readonly skip: (reason: string) => void;
}
type Hold = (block: Block, place: Place) => Promise<void> | void;

const help = createHelp();

const HOLDERS: ReadonlyArray<readonly [RegExp, Hold]> = [
  [/^text command$/, holdCommand],
  [/^ts run$/, holdProgram],
  [/^ts$/, holdExample],
  [/^sh$/, holdShell],
  [/^yaml$/, holdScenario],
  [/^\w+ new \S+$/, holdNewFile],
  [/^\w+ \S+\/\S+$/, holdExcerpt],
  [/^diff$/, holdDiff],
  [/^text drawing$/, holdDrawing],
  [/^text recorded$/, holdRecorded],
];

for (const [document, why] of Object.entries(LEFT_OUT))
  console.log(`${document}: not held: ${why}`);

describe.each(documentsWithBlocks())("%s", (document) => {
  const blocks = blocksIn(readDocument(document));
  const folder = folderOf(document, blocks);
  afterAll(() => {
    if (folder !== REPO) rmSync(folder, { recursive: true, force: true });
  });

  test.for(blocks)("line $line, $info", { timeout: 120_000 }, async (block, { skip }) => {
    const holders = HOLDERS.filter(([pattern]) => pattern.test(block.info));
    expect(holders).toHaveLength(1);
    await holders[0]![1](block, { document, folder, skip });
  });
});

async function holdCommand({ body }: Block, { folder }: Place): Promise<void> {
  const { args, prints } = readCommand(body);
  expect(differenceOf(await runCommand(args, folder), prints)).toBe("");
}

/** Where a program finds what it imports: among the dependencies of a package. */
const dirOf = (document: string): string => {
  if (document === "README.md") return "packages/kernel";
  return /^packages\/[^/]+(?=\/README\.md$)/.exec(document)?.[0] ?? "packages/acceptance";
};

async function holdProgram({ body }: Block, { document, skip }: Place): Promise<void> {
  const reason = whyNotHere(body);
  if (reason !== "") skip(reason);
  const prints = printedBy(body);
  expect(prints.length).toBeGreaterThan(0);
  const output = await runProgram(body, dirOf(document));
  expect(output.trimEnd().split("\n")).toEqual(prints);
}

const LIBRARIES = publishedLibraries();

/** The rehearsal of a release runs one a package, as it is packed. */
function holdExample({ body }: Block, { document }: Place): void {
  const library = LIBRARIES.find(({ dir }) => document === `${dir}/README.md`);
  expect(exampleOf(library?.readme ?? "").code).toBe(body);
}

async function holdShell({ body, line }: Block, { document, folder, skip }: Place): Promise<void> {
  const { run, left, faults } = sortLines(body);
  expect(faults).toEqual([]);
  for (const [command, reason] of left) {
    console.log(`${document}:${line}: not run: ${command}: ${reason}`);
    expect(await faultsOfUse(command, help)).toEqual([]);
  }
  if (run.length === 0) return;
  if (process.platform === "win32") skip("there is no sh");
  const isOfLinux = run.some((command) => /forkpath capture |\/proc\//.test(command));
  if (isOfLinux && process.platform !== "linux") skip("reads processes as Linux has them");
  expect(await runShell(run, join(folder, SHELL))).toEqual([]);
}

function holdScenario({ body }: Block, { document }: Place): void {
  const { isOk, expectations } = runScenario(parseScenario(body, document));
  const unmet = expectations.filter(({ isMet }) => !isMet);
  expect({ isOk, unmet }).toEqual({ isOk: true, unmet: [] });
}

/** Is in the folder of the document's commands, of which one at least speaks of it. */
function holdNewFile({ info }: Block, { document }: Place): void {
  expect(readDocument(document)).toMatch(new RegExp(`^\\$ forkpath .*${info.split(" ")[2]}`, "m"));
}

function holdExcerpt({ info, body }: Block): void {
  expect(missingPiece(readDocument(info.split(" ")[1]!), body)).toBe("");
}

/** What a diff adds or leaves stands in the file that it names. */
function holdDiff({ body }: Block): void {
  let lines: readonly string[] = [];
  for (const line of body.trimEnd().split("\n")) {
    const file = /^--- a\/(.+)$/.exec(line)?.[1];
    if (file !== undefined) {
      lines = readDocument(file)
        .split("\n")
        .map((one) => one.trim());
    }
    if (!line.startsWith("-")) expect(lines).toContain(line.replace(/^(@@)?[ +]/, "").trim());
  }
}

function holdDrawing({ body, line }: Block, { document }: Place): void {
  console.log(`${document}:${line}: a drawing, of ${body.split("\n").length - 1} lines`);
  expect(body.trim()).not.toBe("");
}

async function holdRecorded({ body, line }: Block, { document }: Place): Promise<void> {
  console.log(`${document}:${line}: recorded on one machine: its command alone is looked at`);
  const [command = ""] = body.split("\n");
  expect(await faultsOfUse(command.replace(/^\$ /, ""), help)).toEqual([]);
}
