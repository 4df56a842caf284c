/**
 * Mutants that no test can kill, each with the reason: the model does the same with them.
 *
 * They are known by their line rather than its number, so that they move along with the source.
 */
import type { Change } from "./mutants.ts";

export interface Equivalent {
  /** `package/path` below its `src`. */
  readonly file: string;
  /** The line where the change begins, without indentation. */
  readonly line: string;
  readonly find: string;
  readonly replace: string;
  readonly why: string;
}

export const EQUIVALENT: readonly Equivalent[] = [];

/** Why the change leaves the model as it is; undefined when it does not, as far as is known. */
export const reasonFor = (file: string, line: string, change: Change): string | undefined =>
  EQUIVALENT.find(
    (known) =>
      known.file === file &&
      known.line === line &&
      known.find === change.find &&
      known.replace === change.replace,
  )?.why;
