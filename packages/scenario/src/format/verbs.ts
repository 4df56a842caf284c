/** Every verb with its schema, and the keys that any step can have besides. */
import { z } from "zod";
import { about, integer, leaf, yes } from "./leaves.ts";
import type { StepArgs, StepCommon, Verb } from "./step.ts";
import { kernelSteps } from "./step-kernel.ts";
import { memorySteps } from "./step-memory.ts";
import { processSteps } from "./step-process.ts";

/** All verbs but race, whose threads are made of these. */
export type PlainVerb = Exclude<Verb, "race">;

export const plainSteps: { readonly [V in PlainVerb]: z.ZodType<StepArgs[V]> } = {
  ...processSteps,
  ...memorySteps,
  ...kernelSteps,
};

const PLAIN_VERBS: readonly PlainVerb[] = Object.keys(plainSteps) as PlainVerb[];
export const VERBS: readonly Verb[] = [...PLAIN_VERBS, "race"];

/** The keys of a step that are not its verb's; `expect` is not looked into yet. */
export type CommonInput = Omit<StepCommon, "expect" | "at"> & {
  readonly expect: readonly unknown[];
};

const FAILURE = "an errno such as ENOMEM, a signal such as SIGSEGV, or BUG";
const failure = z.string().regex(/^(E[A-Z0-9]+|SIG[A-Z]+|BUG)$/, { error: () => FAILURE });

const keys = z.strictObject({
  times: about(integer(1, 100_000), "How often; a failure ends it.").default(1),
  fails: about(failure, "How it must end, if not well.", "ENOMEM").exactOptional(),
  waits: about(yes, "Whether the caller must be left waiting.").default(false),
  done: about(integer(0, 100_000), "How many of `times` must have been done.").exactOptional(),
  failAllocation: about(
    integer(1, 2 ** 31 - 1),
    "Which of the step's requests for memory fails, counted from 1.",
  ).exactOptional(),
  note: about(z.string(), "For whoever reads along.").exactOptional(),
  expect: about(
    z.array(z.unknown(), { error: () => "a list of expectations" }),
    "What must hold after the step.",
  ).default([]),
});

export const COMMON_KEYS: readonly string[] = Object.keys(keys.shape);

export const commonStep: z.ZodType<CommonInput> = leaf(keys, "a step", (given) => ({
  times: given.times,
  fails: given.fails ?? null,
  waits: given.waits,
  done: given.done ?? null,
  failAllocation: given.failAllocation ?? null,
  note: given.note ?? null,
  expect: given.expect,
}));
