/**
 * How a step must end, if not well.
 *
 *    fails: ENOMEM                               on every release
 *    fails: { ENOMEM: before v5.2 }              on some; on the others it ends well
 *    fails: { ENOMEM: before v4.0, EAGAIN: v4.0+ }
 */
import type { KernelName } from "@forkpath/abi";
import * as z from "zod/mini";
import { either, leaf, named } from "../format/leaves.ts";
import { holdsOn, type OnKernels, on } from "../format/on.ts";

/** One ending, and where it is wanted. */
export interface StepFailure {
  /** An errno such as ENOMEM, a signal such as SIGSEGV, BUG. */
  readonly word: string;
  /** On which releases. */
  readonly on: OnKernels;
}

const WORD = "an errno such as ENOMEM, a signal such as SIGSEGV, or BUG";
const EITHER = `${WORD}, or releases for each`;
const ONCE = "one failure for each release";

const word = z.string().check(z.regex(/^(E[A-Z0-9]+|SIG[A-Z]+|BUG)$/, { error: () => WORD }));

const shape = either<string | Readonly<Record<string, readonly KernelName[]>>>(
  EITHER,
  word,
  z.record(word, on),
);

export const failures: z.ZodMiniType<readonly StepFailure[]> = named(
  "failures",
  leaf(shape, ONCE, (given) => {
    if (typeof given === "string") return [{ word: given, on: null }];
    const kernels = Object.values(given).flat();
    if (kernels.length === 0 || new Set(kernels).size < kernels.length) return undefined;
    return Object.entries(given).map(([one, where]) => ({ word: one, on: where }));
  }),
);

/** How it must end on that release; null for well. */
export const failureOn = (all: readonly StepFailure[], kernel: KernelName): string | null =>
  all.find((one) => holdsOn(one.on, kernel))?.word ?? null;

/** Does it end well on no release? */
export const isHopeless = (all: readonly StepFailure[]): boolean =>
  all.some((one) => one.on === null);
