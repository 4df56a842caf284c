/**
 * The terminal of a process: its streams, its signals, and what goes wrong with them.
 *
 * A full disk is told in one line, and a reader that has gone, such as head(1), ends the command
 * without a word: at once, since what it would find could not be shown.
 */
import { fstatSync, writeSync } from "node:fs";
import { Writable } from "node:stream";
import { ExitCode } from "./exit-code.ts";
import { hasCode, reasonOf } from "./read-input.ts";
import { colorsFor, hasStatus, type StatusLine, type Terminal } from "./terminal.ts";

const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

export async function processTerminal(host: NodeJS.Process): Promise<Terminal> {
  const { stdout, stderr, env } = host;
  const status = hasStatus(stderr, env) ? await createStatus(stderr) : null;
  const err = (text: string): void => {
    try {
      status?.clear();
      writeTo(stderr, `${text}\n`);
    } catch {
      // With standard error gone too, nobody is left to tell.
    }
  };
  const giveUp = (error: unknown): never => {
    if (hasCode(error, "EPIPE")) return host.exit(ExitCode.NO_READER);
    err(`error: cannot write standard output: ${reasonOf(error)}`);
    return host.exit(ExitCode.USAGE);
  };
  stdout.on("error", giveUp);
  stderr.on("error", () => {});
  return {
    get stdin() {
      return host.stdin;
    },
    env,
    colors: colorsFor(stdout, env),
    columns: stdout.isTTY ? stdout.columns || USUAL_COLUMNS : undefined,
    status,
    out(text) {
      status?.clear();
      try {
        writeTo(stdout, `${text}\n`);
      } catch (error) {
        giveUp(error);
      }
    },
    err,
    onInterrupt(listener) {
      host.on("SIGINT", listener);
      return () => void host.off("SIGINT", listener);
    },
  };
}

/**
 * The cursor stays: hiding it would need somebody to bring it back, whatever happens. What draws is
 * loaded for a screen alone: it takes a tenth of a start.
 */
async function createStatus(stderr: NodeJS.WriteStream): Promise<StatusLine> {
  const { createLogUpdate } = await import("log-update");
  const update = createLogUpdate(new SizedStream(stderr) as unknown as NodeJS.WriteStream, {
    showCursor: true,
  });
  let isDrawn = false;
  return {
    draw(text) {
      update(text);
      isDrawn = true;
    },
    clear() {
      if (isDrawn) update.clear();
      isDrawn = false;
    },
  };
}

/** A screen that does not tell its size, as under script(1), is taken for one of the usual size. */
class SizedStream extends Writable {
  private readonly screen: NodeJS.WriteStream;

  constructor(screen: NodeJS.WriteStream) {
    super({
      decodeStrings: false,
      write: (chunk, _encoding, done) => void screen.write(chunk, done),
    });
    this.screen = screen;
  }

  get columns(): number {
    return this.screen.columns || USUAL_COLUMNS;
  }

  get rows(): number {
    return this.screen.rows || USUAL_ROWS;
  }
}

/**
 * Into a file, to the last byte: a stream of Node takes what one call of write(2) has written for
 * all of it, and a disk that is nearly full takes less.
 */
function writeTo(stream: NodeJS.WriteStream & { fd: number }, text: string): void {
  if (!isFile(stream.fd)) {
    stream.write(text);
    return;
  }
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(stream.fd, bytes, at);
}

const isFile = (fd: number): boolean => {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
};
