/** Calls that take an address and a length: one for each run of pages of a place. */
import * as z from "zod/mini";
import { about, place } from "../format/leaves.ts";
import type { Place } from "../format/place.ts";
import { callOf, type PlannedCall } from "../world/call.ts";
import { type Range, rangesOf } from "../world/where.ts";
import { callerPid } from "../world/who.ts";
import type { World } from "../world/world.ts";
import { atPlace, type Throw } from "./dice.ts";
import { defineVerb, on, type Verb } from "./verb.ts";

type RangeCall = "read" | "write" | "poke" | "pin" | "munmap" | "mlock" | "munlock";

/** Calls after which the pages are in memory. */
const BRINGING: ReadonlySet<RangeCall> = new Set(["read", "write", "poke", "pin", "mlock"]);

/** By the process that the place is of. @throws CannotRun when it cannot make a call */
export function forRanges(
  world: World,
  place: Place,
  call: (pid: number, range: Range) => PlannedCall,
): readonly PlannedCall[] {
  const pid = callerPid(world, place.process);
  return rangesOf(world, place).map((range) => call(pid, range));
}

export const rangeCalls =
  (name: RangeCall, place: Place) =>
  (world: World): readonly PlannedCall[] =>
    forRanges(world, place, (pid, { start, len }) =>
      callOf(world.kernel, pid, name, pid, start, len),
    );

/**
 * A verb that is one call on each run of pages of its place, and has no other key.
 * @param what of its place, for the schema
 * @param weight how often a random history throws it
 */
export const rangeVerb = (
  name: RangeCall,
  what: string,
  weight: number,
  dice: Throw = atPlace(name),
): Verb =>
  defineVerb(
    name,
    z.strictObject({ [name]: about(place, what) }),
    ({ [name]: where }) => ({
      ...on(where),
      brings: BRINGING.has(name) ? [where] : [],
      calls: rangeCalls(name, where),
    }),
    [[weight, dice]],
  );
