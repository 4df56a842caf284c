/** What a document shows of running something: commands of forkpath, and programs. */
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPO } from "@forkpath/config/published";
import { run } from "../publish/shell.ts";
import { piecesOf } from "./excerpts.ts";

const PROMPT = "$ forkpath ";
export const CLI: string = join(REPO, "apps/cli/dist/main.js");

export interface Command {
  readonly args: readonly string[];
  /** What it prints; a line of `…` stands for any number of lines. */
  readonly prints: readonly string[];
}

/** @throws Error where the block does not begin with a command of forkpath */
export function readCommand(body: string): Command {
  const [prompt = "", ...prints] = body.trimEnd().split("\n");
  if (!prompt.startsWith(PROMPT)) throw new Error(`a command begins with: ${prompt}`);
  return { args: prompt.slice(PROMPT.length).split(" "), prints };
}

/**
 * The first line that is shown and not printed, or that is printed and not shown; "" if none.
 * Between two lines of `…` the lines shown stand together.
 */
export function differenceOf(printed: readonly string[], shown: readonly string[]): string {
  const pieces = piecesOf(shown, (line) => line === "…");
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const isFirst = index === 0;
    const place = placeOf(printed, piece, at, { isFirst, isLast: index === pieces.length - 1 });
    if (place < 0) {
      const missing = isFirst ? piece.find((line, to) => printed[to] !== line) : piece.join("\n");
      return `shown and not printed: ${missing}`;
    }
    at = place + piece.length;
  }
  return pieces.length > 1 || at >= printed.length ? "" : `printed and not shown: ${printed[at]}`;
}

/** Where `piece` stands, `from` or later: the first begins what is printed, the last ends it. */
function placeOf(
  printed: readonly string[],
  piece: readonly string[],
  from: number,
  { isFirst, isLast }: { isFirst: boolean; isLast: boolean },
): number {
  const end = printed.length - piece.length;
  const last = isFirst ? 0 : end;
  for (let place = isLast ? Math.max(from, last) : from; place <= last; place++) {
    if (piece.every((line, index) => printed[place + index] === line)) return place;
  }
  return -1;
}

/** Nothing that is kept at home, such as measured costs, changes what is printed. */
const NO_HOME = join(tmpdir(), "forkpath-documents-without-a-home");
export const DOCUMENT_ENV: NodeJS.ProcessEnv = {
  ...process.env,
  NO_COLOR: "1",
  HOME: NO_HOME,
  XDG_CACHE_HOME: NO_HOME,
  // Each is a process of its own, and most of its time goes into reading the same sources.
  NODE_COMPILE_CACHE: join(tmpdir(), "forkpath-documents-compiled"),
};

/** Lines that the built command prints, whatever its exit code: a race that fails is an answer. */
export async function runCommand(args: readonly string[], cwd: string): Promise<string[]> {
  const { stdout, stderr } = await run(cwd, DOCUMENT_ENV, process.execPath, CLI, ...args);
  return `${stdout}${stderr}`.trimEnd().split("\n");
}

/**
 * What a program prints that runs on sources, and imports what the package in `dir` may import.
 * @throws where it ends with an error
 */
export async function runProgram(code: string, dir: string): Promise<string> {
  const words = ["--conditions=@forkpath/source", "--input-type=module-typescript", "--eval"];
  const [cwd, env] = [join(REPO, dir), DOCUMENT_ENV];
  return (await promisify(execFile)(process.execPath, [...words, code], { cwd, env })).stdout;
}
