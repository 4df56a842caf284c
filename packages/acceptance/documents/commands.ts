/**
 * What a document shows of running something: a block `text command` is a command of forkpath and
 * what it prints, a block `ts run` a program and what it prints.
 */
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Excerpt, excerptsOf } from "./excerpts.ts";

const REPO = resolve(import.meta.dirname, "../../..");
const PROMPT = "$ forkpath ";
const NO_HOME = join(tmpdir(), "forkpath-documents-without-a-home");

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

/** Commands of forkpath in blocks of shell, which show no output, word by word. */
export const spokenOf = (markdown: string): Array<readonly string[]> =>
  Array.from(markdown.matchAll(/^```sh\n(.*?)^```$/gms), ([, block]) => block!)
    .flatMap((block) => block.split("\n"))
    .filter((line) => line.startsWith("forkpath "))
    .map((line) => line.replace(/ +#.*/, "").split(" ").slice(1));

export const programsOf = (markdown: string): string[] =>
  Array.from(markdown.matchAll(/^```ts run\n(.*?)^```$/gms), ([, code]) => code!);

const CLI = `${REPO}/apps/cli/dist/main.js`;

/** What the built CLI prints, whatever its exit code: a race that fails is an answer, too. */
export const runCommand = (args: readonly string[], cwd: string = REPO): Promise<string> =>
  run([CLI, ...args], cwd);

/** What a program prints that imports what this package may import. */
export const runProgram = (code: string): Promise<string> =>
  run(["--input-type=module-typescript", "--eval", code], `${REPO}/packages/acceptance`);

/** Nothing that is kept at home, such as measured costs, changes what is printed. */
const run = (args: readonly string[], cwd: string): Promise<string> =>
  new Promise((done) => {
    const env = { ...process.env, NO_COLOR: "1", HOME: NO_HOME, XDG_CACHE_HOME: NO_HOME };
    execFile(process.execPath, args, { env, cwd }, (_error, stdout) => done(stdout));
  });
