/** A command line run inside the test, on a terminal that keeps what is written to it. */
import type { ExitCode } from "../src/exit-code.ts";
import { runProgram } from "../src/program.ts";
import { colorsFor, type Environment } from "../src/terminal.ts";

export interface Session {
  readonly exitCode: ExitCode;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

/** Runs one command line; `lines` go to its standard input. */
export const forkpath = (words: readonly string[], ...lines: string[]): Promise<Session> =>
  forkpathIn({}, words, ...lines);

/** The same in an environment. */
export const forkpathIn = (
  env: Environment,
  words: readonly string[],
  ...lines: string[]
): Promise<Session> => forkpathOn({ env }, words, ...lines);

/** The same on a screen, where there is one: by default into a pipe. */
export async function forkpathOn(
  screen: { readonly env?: Environment; readonly columns?: number },
  words: readonly string[],
  ...lines: string[]
): Promise<Session> {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runProgram(words, {
    stdin: chunks(lines),
    env: screen.env ?? {},
    colors: colorsFor({}, {}),
    columns: screen.columns,
    status: null,
    onInterrupt: () => () => {},
    out: (text) => void out.push(...text.split("\n")),
    err: (text) => void err.push(...text.split("\n")),
  });
  return { exitCode, out, err };
}

async function* chunks(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield new TextEncoder().encode(`${line}\n`);
}
