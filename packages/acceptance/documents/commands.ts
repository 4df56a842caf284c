/**
 * What a document shows of running something: a block `text command` is a command of forkpath and
 * what it prints, a block `ts run` a program and what it prints.
 */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { type Excerpt, excerptsOf } from "./excerpts.ts";

const REPO = resolve(import.meta.dirname, "../../..");
const PROMPT = "$ forkpath ";

export interface Command {
  readonly args: readonly string[];
  readonly output: Excerpt;
}

export const commandsOf = (markdown: string): Command[] =>
  excerptsOf(markdown)
    .filter(({ path }) => path === "command")
    .map(readCommand);

/** The command of a block, from its first line, and the rest of the block. */
function readCommand({ path, pieces }: Excerpt): Command {
  const [[prompt = "", ...first] = [], ...rest] = pieces;
  if (!prompt.startsWith(PROMPT)) throw new Error(`a block of text begins with: ${prompt}`);
  return {
    args: prompt.slice(PROMPT.length).split(" "),
    output: { path, pieces: [first, ...rest].filter((piece) => piece.length > 0) },
  };
}

export const programsOf = (markdown: string): string[] =>
  Array.from(markdown.matchAll(/^```ts run\n(.*?)^```$/gms), ([, code]) => code!);

/** What the built CLI prints, whatever its exit code: a race that fails is an answer, too. */
export const runCommand = (args: readonly string[]): Promise<string> =>
  run([`${REPO}/apps/cli/dist/main.js`, ...args], REPO);

/** What a program prints that imports what this package may import. */
export const runProgram = (code: string): Promise<string> =>
  run(["--input-type=module-typescript", "--eval", code], `${REPO}/packages/acceptance`);

const run = (args: readonly string[], cwd: string): Promise<string> =>
  new Promise((done) => {
    const env = { ...process.env, NO_COLOR: "1" };
    execFile(process.execPath, args, { env, cwd }, (_error, stdout) => done(stdout));
  });
