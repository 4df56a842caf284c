/**
 * What a document shows of running something: a block `text command` is a command of forkpath and
 * what it prints, a block `ts run` a program and what it prints.
 */
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPO } from "../publish/published.ts";
import { run } from "../publish/shell.ts";
import { blocksOf, type Excerpt, excerptsOf } from "./excerpts.ts";

const PROMPT = "$ forkpath ";
const CLI = join(REPO, "apps/cli/dist/main.js");

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
  blocksOf(markdown, "sh")
    .flatMap((block) => block.split("\n"))
    .filter((line) => line.startsWith("forkpath "))
    .map((line) => line.replace(/ +#.*/, "").split(" ").slice(1));

export const programsOf = (markdown: string): string[] => blocksOf(markdown, "ts run");

/** Nothing that is kept at home, such as measured costs, changes what is printed. */
const NO_HOME = join(tmpdir(), "forkpath-documents-without-a-home");
const env = { ...process.env, NO_COLOR: "1", HOME: NO_HOME, XDG_CACHE_HOME: NO_HOME };

/** What the built CLI prints, whatever its exit code: a race that fails is an answer, too. */
export const runCommand = async (args: readonly string[], cwd: string = REPO): Promise<string> =>
  (await run(cwd, env, process.execPath, CLI, ...args)).stdout;

/**
 * What a program prints that runs on sources, and imports what the package in `dir` may import.
 * @throws where it ends with an error
 */
export async function runProgram(code: string, dir: string): Promise<string> {
  const words = ["--conditions=@forkpath/source", "--input-type=module-typescript", "--eval"];
  const cwd = join(REPO, dir);
  return (await promisify(execFile)(process.execPath, [...words, code], { cwd, env })).stdout;
}
