/** What is right of a command that was given something broken. */
import type { Input } from "./inputs.ts";

export interface Ending {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
  /** Of processor time. */
  readonly seconds: number;
}

const MOST_SECONDS = 5;
/** Done, not as wanted, refused, ended early, Ctrl-C: never 3, a fault of forkpath itself. */
const RIGHT_CODES: readonly (number | null)[] = [0, 1, 2, 4, 130];
/** Of a scenario there is a line for each problem. */
const REFUSAL = /^(error: .|.+?:\d+:\d+: .|.+: and \d+ more$)/;
const REMARK = /^(note: |interrupted|.* is not complete: )/;
const USAGE = /^Usage: forkpath/;
const STACK = /^\s+at .+[:(]/m;
const FAULT = /at fault|InvariantError|TypeError|is not a function|undefined/;
const CONTROL = /[\p{Cc}\p{Bidi_Control}]/u;

/** What is wrong with how it ended; nothing, if all is well. */
export function complaints({ words, mustRefuse }: Input, ending: Ending): readonly string[] {
  const { exitCode, out, err, seconds } = ending;
  const lines = err.split("\n").filter((line) => line !== "");
  const isRefused = exitCode === 2;
  const isUsage = USAGE.test(err);
  const found: string[] = [];
  const expect = (isRight: boolean, what: string): void => {
    if (!isRight) found.push(what);
  };
  expect(RIGHT_CODES.includes(exitCode), `exit code ${exitCode}`);
  expect(!mustRefuse || isRefused, `exit code ${exitCode}, which must be 2`);
  expect(seconds <= MOST_SECONDS, `took ${seconds.toFixed(1)} seconds`);
  expect(!STACK.test(out + err), "shows a stack");
  expect(!FAULT.test(err), "shows a fault of its own");
  expect(!CONTROL.test((out + err).replaceAll(/[\n\t]/g, "")), "sends control characters");
  if (isRefused) {
    expect(out === "", "writes to standard output, and refuses then");
    expect(lines.length > 0, "refuses without a word");
    if (!isUsage)
      expect(
        lines.every((line) => REFUSAL.test(line)),
        "has a line that is no error",
      );
    if (!isUsage && /^error: /.test(err)) expect(lines.length === 1, `has ${lines.length} errors`);
  } else
    expect(
      lines.every((line) => REMARK.test(line)),
      "complains, but goes on",
    );
  return found.map((what) => `${JSON.stringify(words)}: ${what}\n${err.slice(0, 500)}`);
}
