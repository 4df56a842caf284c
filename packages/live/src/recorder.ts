/**
 * The recorder, as a process of ours: one command a line, one answer a line of JSON.
 *
 * It leads a session of its own, so a Ctrl-C at the terminal reaches us alone; and it dies with us,
 * and its subjects with it, however we end.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Environment } from "./build-recorder.ts";
import { LiveError } from "./live-error.ts";

/** What a command comes to; which of it there is depends on the command. */
export interface Answer {
  readonly result: number;
  /** Pages that were touched before a signal came, and the signal, or 0. */
  readonly done: number;
  readonly signal: number;
  /** Of a page table: a sign and a count for each run; of the stage, whether they can be read. */
  readonly entries: string | boolean;
}

export interface Recorder {
  /** @throws LiveError when it has lost its footing, or has ended */
  ask(...words: readonly (string | number)[]): Promise<Answer>;
  /** Ends it, and every subject; by force if it does not end by itself. */
  end(): Promise<void>;
}

/** How long it may take to end. */
const PATIENCE_MS = 2000;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export function startRecorder(program: string, env: Environment): Recorder {
  const child: Child = spawn(program, [], {
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    // The kernel would write to the area of restartable sequences that glibc registers.
    env: { ...env, GLIBC_TUNABLES: "glibc.pthread.rseq=0" },
  });
  let told = "";
  child.stderr.on("data", (bytes: Uint8Array) => {
    told += new TextDecoder().decode(bytes);
  });
  child.stdin.on("error", () => {}); // told by the end of its answers
  const failed = new Promise<never>((_, reject) => {
    child.on("error", (error) => reject(new LiveError(`the recorder: ${error.message}`)));
  });
  const ended = new Promise<void>((resolve) => {
    child.on("error", () => resolve());
    child.on("exit", () => resolve());
  });
  failed.catch(() => {}); // told to whoever asks next
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(...words) {
      child.stdin.write(`${words.join(" ")}\n`);
      const { value, done } = await Promise.race([lines.next(), failed]);
      if (done) throw new LiveError(`the recorder has ended: ${told.trim() || "no reason told"}`);
      return answerOf(value as string, String(words[0]));
    },
    async end() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

function answerOf(line: string, command: string): Answer {
  const answer = JSON.parse(line) as Answer & { readonly error?: string };
  if (answer.error !== undefined) throw new LiveError(`the recorder, ${command}: ${answer.error}`);
  return answer;
}
