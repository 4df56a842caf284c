/**
 * One step of a history: what happens, to whom, and what must come of it.
 *
 *    - fork: master        the verb, and the process that it is about
 *      as: worker          what else the verb takes
 *      times: 20
 *      fails: ENOMEM       what every step can have: see `StepCommon`
 *
 * Each verb is an object of its own, in `verbs/`.
 */
import * as z from "zod/mini";
import type { Expectation } from "../facts/observation.ts";
import { about, either, integer, leaf, yes } from "../format/leaves.ts";
import type { Position } from "../format/position.ts";
import type { Action } from "../verbs/verb.ts";
import { failures, type StepFailure } from "./failure.ts";

/** What any step can have besides its verb. */
export interface StepCommon {
  /** How often it is done; a failure ends it. */
  readonly times: number;
  /** How it must end, by release; empty for success on all. */
  readonly fails: readonly StepFailure[];
  /** Of a thread's step: it may fail, too, as the schedule has it. */
  readonly mayFail: boolean;
  /** Whether the caller must be left waiting. */
  readonly waits: boolean;
  /** How many of `times` must have been done before it failed. */
  readonly done: number | null;
  /** Which allocations of the step fail, counted from 1; empty for none. */
  readonly failAllocation: readonly number[];
  /** For readers of the file. */
  readonly note: string | null;
  /** What must hold right after it. */
  readonly expect: readonly Expectation[];
  /** Where it stands in the text. */
  readonly at: Position;
}

/** One step, every default filled in. */
export interface Step extends StepCommon {
  /** What is done. */
  readonly action: Action;
}

/** `fork master as worker, 20 times` */
export const stepText = ({ action, times }: Step): string =>
  times === 1 ? action.text : `${action.text}, ${times} times`;

/** The keys of a step that are not its verb's; `expect` is not looked into yet. */
export type CommonInput = Omit<StepCommon, "expect" | "at"> & {
  readonly expect: readonly unknown[];
};

const REQUESTS = "the number of a request for memory, from 1 on, or a list of them";
const request = integer(1, 2 ** 31 - 1);
const requests: z.ZodMiniType<number[]> = leaf(
  either<number | number[]>(REQUESTS, request, z.array(request)),
  REQUESTS,
  (given) => (Array.isArray(given) ? given : [given]),
);

const keys = z.strictObject({
  times: z._default(about(integer(1, 100_000), "How often; a failure ends it."), 1),
  fails: z._default(
    about(
      failures,
      "How it must end, if not well; or by release, { ENOMEM: before v5.2 }.",
      "ENOMEM",
    ),
    [],
  ),
  mayFail: z._default(
    about(yes, "Of a thread's step: whether it may fail, too, since that depends on the schedule."),
    false,
  ),
  waits: z._default(
    about(yes, "Whether the caller must be left waiting, or still be in a call of before."),
    false,
  ),
  done: z.exactOptional(about(integer(0, 100_000), "How many of `times` must have been done.")),
  failAllocation: z._default(
    about(
      requests,
      "Which of the step's requests for memory fails, counted from 1; or a list of them.",
    ),
    [],
  ),
  note: z.exactOptional(about(z.string(), "For readers of the file.")),
  expect: z._default(
    about(
      z.array(z.unknown(), { error: () => "a list of expectations" }),
      "What must hold after the step.",
    ),
    [],
  ),
});

export const COMMON_KEYS: readonly string[] = Object.keys(keys.shape);

export const commonStep: z.ZodMiniType<CommonInput> = leaf(keys, "a step", (given) => ({
  times: given.times,
  fails: given.fails,
  mayFail: given.mayFail,
  waits: given.waits,
  done: given.done ?? null,
  failAllocation: given.failAllocation,
  note: given.note ?? null,
  expect: given.expect,
}));
