/**
 * Where a command reads from and writes to.
 *
 * Commands know nothing of `process`: main.ts hands them the real terminal, a test one that keeps
 * what was written.
 */
import pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** A line at the bottom of a screen that is drawn over itself. */
export interface StatusLine {
  draw(text: string): void;
  clear(): void;
}

export interface Terminal {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly env: Environment;
  /** Colours for `out`; functions that change nothing where none are wanted. */
  readonly colors: Colors;
  /** Columns of the screen that `out` goes to; undefined where it goes to no screen. */
  readonly columns?: number | undefined;
  /** Null where nobody looks: in a pipe, a file, a build. */
  readonly status: StatusLine | null;
  /** Writes one line, or several, to standard output. */
  out(text: string): void;
  /** Writes one line to standard error. */
  err(text: string): void;
  /**
   * Calls `listener` at Ctrl-C, until the function that it returns is called; else Ctrl-C ends the
   * command at once.
   */
  onInterrupt(listener: () => void): () => void;
}

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

/** Whether a line may be drawn over itself there. */
export const hasStatus = (screen: Screen, env: Environment): boolean =>
  screen.isTTY === true && env.TERM !== "dumb";
