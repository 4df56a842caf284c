/** One vector from its state before to the verdict. */
import type { Vector } from "@forkpath/conformance";
import { compare, type VectorDifference } from "./compare.ts";
import { traceLines } from "./event-log.ts";
import { forkpathModel } from "./forkpath/forkpath-model.ts";
import type { Model } from "./model.ts";
import { createOutside } from "./outside.ts";
import { runFork } from "./run-fork.ts";
import { runZap } from "./run-zap.ts";

/** What came of one vector. */
export interface Verdict {
  /** Fields that are not as expected; empty for a vector that passed. */
  readonly differences: readonly VectorDifference[];
  /** Why the vector could not be run to its end, in one line. */
  readonly problem?: string;
  /** The trace, however long. */
  readonly events: readonly string[];
}

/**
 * Runs `vector` on `model`, by default on forkpath itself. Never throws: a state that cannot be
 * built and a model that breaks are verdicts too.
 * @example
 * ```ts
 * import { isPassed, runVector } from "@forkpath/conform";
 * import { loadVectors } from "@forkpath/conformance";
 * const [first] = loadVectors();
 * if (first) console.log(isPassed(runVector(first))); // true
 * ```
 */
export function runVector(vector: Vector, model: Model = forkpathModel()): Verdict {
  const outside = createOutside(vector.config);
  const { log } = outside;
  try {
    const run = model.build(vector, outside);
    const got =
      vector.kind === "fork" ? runFork(run, vector, outside) : runZap(run, vector, outside);
    return { differences: compare(vector.expect, got), events: traceLines(log) };
  } catch (error) {
    const problem = String(error).split("\n", 1)[0];
    return { differences: [], problem, events: traceLines(log) };
  }
}

/**
 * Whether the vector ran to its end with every field as expected.
 * @modelOnly a verdict is the model's
 * @example
 * ```ts
 * import { isPassed } from "@forkpath/conform";
 * const problem = "the model broke";
 * console.log(isPassed({ differences: [], events: [], problem })); // false
 * ```
 */
export const isPassed = ({ differences, problem }: Verdict): boolean =>
  differences.length === 0 && problem === undefined;
