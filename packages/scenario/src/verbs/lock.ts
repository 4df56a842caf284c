/** mlock and its like: pages that are kept in memory. */
import { Mcl } from "@forkpath/abi";
import { z } from "zod";
import { about, name, place, yes } from "../format/leaves.ts";
import { callOf } from "../world/call.ts";
import { callerPid } from "../world/who.ts";
import { atPlace } from "./dice.ts";
import { rangeCalls } from "./ranges.ts";
import { by, defineVerb, on, type Verb } from "./verb.ts";

export const mlock: Verb = defineVerb(
  "mlock",
  z.strictObject({ mlock: about(place, "Which pages are brought and kept in memory.") }),
  (given) => ({ ...on(given.mlock), calls: rangeCalls("mlock", given.mlock) }),
  [[3, atPlace("mlock")]],
);

export const munlock: Verb = defineVerb(
  "munlock",
  z.strictObject({ munlock: about(place, "Which pages may go again.") }),
  (given) => ({ ...on(given.munlock), calls: rangeCalls("munlock", given.munlock) }),
  [[3, atPlace("munlock")]],
);

export const mlockall: Verb = defineVerb(
  "mlockall",
  z.strictObject({
    mlockall: about(name, "Which process locks all that it maps."),
    future: about(yes, "Also what it will map.").default(false),
  }),
  ({ mlockall: process, future }) => ({
    ...by(process),
    calls(world) {
      const pid = callerPid(world, process);
      const flags = future ? Mcl.CURRENT | Mcl.FUTURE : Mcl.CURRENT;
      return [callOf(world.kernel, pid, "mlockall", pid, flags)];
    },
  }),
  [[1, ({ caller, random }) => ({ mlockall: caller.name, future: random.once(3) })]],
);
