/**
 * The shape of a blob, held against a file from anywhere: `merge` adds nothing up that an
 * exploration cannot have found.
 */
import { type Exploration, parseSchedule } from "@forkpath/interleave";
import * as z from "zod";
import { MOST_SHARDS } from "./choose-shard.ts";

const wanted = (what: string): { error: () => string } => ({ error: () => `wanted ${what}` });
const text = z.string(wanted("a text"));
const flag = z.boolean(wanted("true or false"));
const count = z.int(wanted("a whole number")).min(0, wanted("a whole number"));
const positive = z.int(wanted("a number from 1 up")).min(1, wanted("a number from 1 up"));
const schedule = text.refine(isSchedule, wanted("a schedule, such as v1:ab2"));

function isSchedule(one: string): boolean {
  try {
    parseSchedule(one);
    return true;
  } catch {
    return false;
  }
}

const shard = z
  .strictObject(
    {
      index: count,
      count: positive.max(MOST_SHARDS, wanted(`at most ${MOST_SHARDS}`)),
      depth: count,
    },
    wanted("a shard"),
  )
  .refine(({ index, count }) => index < count, wanted("an index below the count"));

const whatIsWrong = {
  kind: z.enum(
    ["deadlock", "thrown", "invariant", "final", "step-limit"],
    wanted("a kind of failure"),
  ),
  message: text,
};
const sighting = { count: positive, schedule };
const outcome = z.strictObject(
  {
    outcome: text,
    ...sighting,
    failure: z.strictObject(whatIsWrong, wanted("a failure, or null")).nullable(),
  },
  wanted("an outcome"),
);
const failure = z.strictObject({ ...whatIsWrong, ...sighting }, wanted("a failure"));

const exploration: z.ZodType<Exploration> = z
  .strictObject(
    {
      program: text,
      identity: text,
      strategy: text,
      shard,
      schedules: count,
      cut: count,
      steps: count,
      complete: flag,
      covers: text,
      guarantee: text,
      outcomes: z.array(outcome, wanted("a list of outcomes")),
      failures: z.array(failure, wanted("a list of failures")),
    },
    wanted("an exploration"),
  )
  .refine(addsUp, wanted("as many outcomes and failures as schedules"));

/** Every schedule has an outcome, or a failure, or both. */
function addsUp({ schedules, outcomes, failures }: Exploration): boolean {
  const ended = outcomes.reduce((sum, one) => sum + one.count, 0);
  const failed = failures.reduce((sum, one) => sum + one.count, 0);
  return ended <= schedules && failed <= schedules && ended + failed >= schedules;
}

export const explorationList: z.ZodType<readonly Exploration[]> = z
  .array(exploration, wanted("a list of explorations"))
  .min(1, wanted("at least one exploration"));
