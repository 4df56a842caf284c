/** What a document shows of running something: commands of forkpath, and programs. */
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPO } from "@forkpath/config/published";
import { run } from "../publish/shell.ts";

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
  let at = 0;
  let isFree = false; // behind a `…`: lines may be left out
  for (let from = 0; from < shown.length; ) {
    if (shown[from] === "…") {
      isFree = true;
      from++;
      continue;
    }
    const gap = shown.indexOf("…", from);
    const piece = shown.slice(from, gap < 0 ? undefined : gap);
    const isLast = gap < 0;
    const place = placeOf(printed, piece, at, isFree, isLast);
    if (place < 0) {
      const missing = piece.find((line, index) => printed[at + index] !== line);
      return `shown and not printed: ${isFree ? piece.join("\n") : missing}`;
    }
    at = place + piece.length;
    isFree = false;
    from += piece.length;
  }
  return isFree || at >= printed.length ? "" : `printed and not shown: ${printed[at]}`;
}

/** Where `piece` stands: at `from`, or anywhere behind it; the last piece ends what is printed. */
function placeOf(
  printed: readonly string[],
  piece: readonly string[],
  from: number,
  isFree: boolean,
  isLast: boolean,
): number {
  const isAt = (place: number): boolean =>
    piece.every((line, index) => printed[place + index] === line);
  if (!isFree) return isAt(from) ? from : -1;
  if (isLast) {
    const place = printed.length - piece.length;
    return place >= from && isAt(place) ? place : -1;
  }
  return printed.findIndex((_, place) => place >= from && isAt(place));
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
