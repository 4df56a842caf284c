/** What `forkpath conform --json` writes: one object, when all is done. */

import { isPassed, type Verdict } from "@forkpath/conform";
import type { Terminal } from "../terminal.ts";
import type { Reporter, Totals } from "./reporter.ts";
import type { VectorLine } from "./vector-lines.ts";

/** The object, before it is text. */
interface ConformJson extends Totals {
  readonly failures: readonly JsonFailure[];
  /** Only where traces were asked for. */
  readonly traces?: readonly JsonTrace[];
}

interface JsonFailure {
  readonly source: string;
  readonly line: number;
  /** Absent for a line that is no vector. */
  readonly id?: string;
  readonly shape?: string;
  /** Why the line could not be run; absent if it could. */
  readonly problem?: string;
  /** `null` stands for nothing. */
  readonly mismatches: readonly {
    readonly path: string;
    readonly wanted: unknown;
    readonly got: unknown;
  }[];
}

interface JsonTrace {
  readonly source: string;
  readonly line: number;
  readonly events: readonly string[];
}

export function jsonReporter(terminal: Terminal, showsTraces: boolean): Reporter {
  const failures: JsonFailure[] = [];
  const traces: JsonTrace[] = [];
  return {
    tell(place, verdict) {
      if (!isPassed(verdict)) failures.push(failureOf(place, verdict));
      const { source, line } = place;
      if (showsTraces) traces.push({ source, line, events: verdict.events });
    },
    end(totals) {
      const answer: ConformJson = { ...totals, failures, ...(showsTraces && { traces }) };
      terminal.out(JSON.stringify(answer, null, 2));
    },
  };
}

const failureOf = ({ source, line, parsed }: VectorLine, verdict: Verdict): JsonFailure => ({
  source,
  line,
  ...(parsed.ok && { id: parsed.vector.id, shape: parsed.vector.shape }),
  ...(verdict.problem !== undefined && { problem: verdict.problem }),
  mismatches: verdict.differences.map(({ path, wanted = null, got = null }) => ({
    path,
    wanted,
    got,
  })),
});
