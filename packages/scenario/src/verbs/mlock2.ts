/** mlock2: pages that are kept in memory from when they come. */
import { Mlock } from "@forkpath/abi";
import { about, place } from "../format/leaves.ts";
import { callOf } from "../world/call.ts";
import { atPlace } from "./dice.ts";
import { onRanges } from "./ranges.ts";
import { defineVerb, type Verb } from "./verb.ts";

export const mlock2: Verb = defineVerb(
  {
    mlock2: about(place, "Which pages are kept in memory, each from its first fault on: ONFAULT."),
  },
  ({ mlock2: where }) =>
    onRanges(where, (kernel, pid, { start, len }) =>
      callOf(kernel, pid, "mlock2", pid, start, len, Mlock.ONFAULT),
    ),
  [],
  [[3, atPlace("mlock2")]],
);
