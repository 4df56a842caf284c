/** One vector from its state before to the verdict. */
import type { Vector } from "@forkpath/conformance";
import { compare, type Mismatch } from "./compare.ts";
import { traceLines } from "./event-log.ts";
import { buildMachine, type Machine } from "./machine.ts";
import { runFork } from "./run-fork.ts";
import { runZap } from "./run-zap.ts";

export interface Verdict {
  readonly mismatches: readonly Mismatch[];
  /** Why the vector could not be run to its end, in one line. */
  readonly problem?: string;
  /** The trace, however long. */
  readonly events: readonly string[];
}

export interface RunOptions {
  /** Every schedule point is taken, and every entry is a step of its own. */
  readonly interleaved?: boolean;
}

/** Never throws: a state that cannot be built and a model that breaks are verdicts too. */
export function runVector(vector: Vector, options: RunOptions = {}): Verdict {
  let machine: Machine | undefined;
  try {
    machine = buildMachine(vector);
    machine.env.sync.interleaved = options.interleaved ?? false;
    const got = vector.kind === "fork" ? runFork(machine, vector) : runZap(machine, vector);
    return { mismatches: compare(vector.expect, got), events: traceLines(machine.log) };
  } catch (error) {
    const problem = String(error).split("\n", 1)[0];
    return { mismatches: [], problem, events: machine ? traceLines(machine.log) : [] };
  }
}

export const isPassed = ({ mismatches, problem }: Verdict): boolean =>
  mismatches.length === 0 && problem === undefined;
