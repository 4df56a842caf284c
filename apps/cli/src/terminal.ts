/**
 * Where a command reads from and writes to.
 *
 * Commands know nothing of `process`: main.ts hands them the real terminal, a test one that keeps
 * what was written.
 */
import pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Terminal {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly env: Environment;
  /** Colours for `out`; functions that change nothing where none are wanted. */
  readonly colors: Colors;
  /** Writes one line, or several, to standard output. */
  out(text: string): void;
  /** Writes one line to standard error. */
  err(text: string): void;
}

/** A command calls it with whether everything was as wanted; else it counts as done. */
export type Finish = (isOk: boolean) => void;

/** What decides about colours. */
interface Screen {
  readonly isTTY?: boolean;
}

/**
 * Colours for a screen, none for a file or pipe. NO_COLOR (https://no-color.org) turns them off,
 * FORCE_COLOR on; the first outranks the second.
 */
export function colorsFor(screen: Screen, env: Environment): Colors {
  if (env.NO_COLOR) return pc.createColors(false);
  if (env.FORCE_COLOR) return pc.createColors(env.FORCE_COLOR !== "0");
  return pc.createColors(screen.isTTY === true && env.TERM !== "dumb");
}

/** The terminal of a process. */
export const processTerminal = (host: NodeJS.Process): Terminal => ({
  stdin: host.stdin,
  env: host.env,
  colors: colorsFor(host.stdout, host.env),
  out: (text) => void host.stdout.write(`${text}\n`),
  err: (text) => void host.stderr.write(`${text}\n`),
});
