/** What explorations come to as an exit code. */
import type { Exploration } from "@forkpath/interleave";
import { ExitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

export interface EndOptions {
  readonly requireComplete?: boolean;
}

/**
 * A failure counts, wherever the rest ended. Where completeness was asked for, its lack is told.
 */
export function explorationEnd(
  totals: readonly Exploration[],
  { requireComplete = false }: EndOptions,
  terminal: Terminal,
): ExitCode {
  const early = totals.filter(({ complete }) => !complete);
  if (requireComplete) {
    for (const { program, guarantee } of early) {
      terminal.err(`error: ${program} is not complete: ${guarantee}`);
    }
  }
  if (totals.some(({ failures }) => failures.length > 0)) return ExitCode.FAILED;
  if (early.length === 0) return ExitCode.DONE;
  return requireComplete ? ExitCode.FAILED : ExitCode.INCOMPLETE;
}
