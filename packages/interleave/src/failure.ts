/** What can be wrong with a run, in words that are the same for every schedule that shows it. */
import { isIn } from "./bits.ts";

/** Which rule a run broke. */
export type FailureKind =
  /** Threads are left, and none of them is ready. */
  | "deadlock"
  /** A thread threw. */
  | "thrown"
  /** `Program.invariant` did not hold after a step. */
  | "invariant"
  /** `Program.final` or `Program.outcome` refused the run. */
  | "final"
  /** The run took as many steps as it may: a livelock, or a limit set too low. */
  | "step-limit";

/** Why a run failed. */
export interface RunFailure {
  /** Which rule it broke. */
  readonly kind: FailureKind;
  /** What is broken, in the program's own words where it has some. */
  readonly message: string;
}

/** Kind and message in one text: two failures with one key are the same failure. */
export const failureKey = ({ kind, message }: RunFailure): string => `${kind}: ${message}`;

/** Which thread waits for what. */
export function describeDeadlock(
  threadNames: readonly string[],
  live: number,
  pending: ReadonlyArray<{ readonly label: string }>,
): string {
  return threadNames
    .map((name, thread) => (isIn(live, thread) ? `${name} waits for ${pending[thread].label}` : ""))
    .filter((line) => line !== "")
    .join(", ");
}

/** The text of what was thrown; an error of another class than Error is named with its class. */
export function describeThrown(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.name === "Error" ? thrown.message : `${thrown.name}: ${thrown.message}`;
}
