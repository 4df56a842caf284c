/** Deeds of one process: a call about itself, or a call for each run of pages of a place. */
import type { Kernel } from "@forkpath/kernel";
import { about, place } from "../format/leaves.ts";
import type { Place } from "../format/place.ts";
import { callOf, type PlannedCall } from "../world/call.ts";
import { type Range, rangesOf } from "../world/where.ts";
import { callerPid } from "../world/who.ts";
import type { World } from "../world/world.ts";
import { atPlace, type Throw } from "./dice.ts";
import { type Deed, defineVerb, on, type Verb } from "./verb.ts";

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

/** A deed that is a call for each run of pages. @throws CannotRun likewise, when it is planned */
export const onRanges = (
  place: Place,
  call: (kernel: Kernel, pid: number, range: Range) => PlannedCall,
): Pick<Deed, "text" | "uses" | "calls"> => ({
  ...on(place),
  calls: (world) => forRanges(world, place, (pid, range) => call(world.kernel, pid, range)),
});

/** The one call that the process makes. @throws CannotRun likewise, when it is planned */
export const ownCall =
  (process: string, call: (kernel: Kernel, pid: number) => PlannedCall) =>
  (world: World): readonly PlannedCall[] => [call(world.kernel, callerPid(world, process))];

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
    { [name]: about(place, what) },
    ({ [name]: where }) => ({
      ...on(where),
      brings: BRINGING.has(name) ? [where] : [],
      calls: rangeCalls(name, where),
    }),
    [[weight, dice]],
  );
