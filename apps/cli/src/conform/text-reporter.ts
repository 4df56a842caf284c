/** What `forkpath conform` prints for people: what failed, and the totals in the last line. */

import { isPassed, type VectorDifference, type Verdict } from "@forkpath/conform";
import type { Colors, Terminal } from "../terminal.ts";
import type { Reporter } from "./reporter.ts";
import type { VectorLine } from "./vector-lines.ts";

/** With `showsTraces`, vectors that pass are printed too, and each with its trace. */
export const textReporter = (terminal: Terminal, showsTraces: boolean): Reporter => ({
  tell(line, verdict) {
    const hasPassed = isPassed(verdict);
    if (hasPassed && !showsTraces) return;
    terminal.out(headline(line, hasPassed, terminal.colors));
    for (const text of complaints(verdict, terminal.colors)) terminal.out(`  ${text}`);
    if (showsTraces) printTrace(verdict.events, terminal);
  },
  end({ passed, failed }) {
    const { colors } = terminal;
    const failures = `${failed} failed`;
    terminal.out(`${passed} passed, ${failed > 0 ? colors.red(failures) : failures}`);
  },
});

/** `FAIL public.jsonl:12 pub-0012 (sparse)`; a line that is no vector has no id. */
function headline(
  { source, line, parsed }: VectorLine,
  hasPassed: boolean,
  colors: Colors,
): string {
  const word = hasPassed ? colors.green("PASS") : colors.red("FAIL");
  const place = `${word} ${source}:${line}`;
  if (!parsed.ok) return place;
  const { id, shape } = parsed.vector;
  return `${place} ${colors.bold(id)} ${colors.dim(`(${shape})`)}`;
}

function complaints({ problem, differences }: Verdict, colors: Colors): string[] {
  const lines = differences.map((one) => differenceLine(one, colors));
  return problem === undefined ? lines : [problem, ...lines];
}

const differenceLine = ({ path, wanted, got }: VectorDifference, colors: Colors): string =>
  `${colors.cyan(path)}: wanted ${show(wanted)}, got ${show(got)}`;

const show = (value: unknown): string => JSON.stringify(value) ?? "nothing";

/** Numbered as `events[…]` of a difference counts. */
function printTrace(events: readonly string[], { out, colors }: Terminal): void {
  for (const [index, event] of events.entries()) {
    out(`${colors.dim(`${index}`.padStart(6))}  ${event}`);
  }
}
