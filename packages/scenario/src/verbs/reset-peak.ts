/** The peak of the memory in use, which a later kernel lets begin anew. */
import { about, name } from "../format/leaves.ts";
import { outcomeOfStatus } from "../world/outcome.ts";
import { pidOf } from "../world/who.ts";
import { by, defineVerb, type Verb } from "./verb.ts";

export const resetPeak: Verb = defineVerb(
  {
    resetPeak: about(name, "Whose VmHWM begins anew: 5 is written to clear_refs, since 4.0."),
  },
  ({ resetPeak: process }) => ({
    ...by(process),
    settle: (world) => outcomeOfStatus(world.kernel.resetPeak(pidOf(world, process))),
  }),
  [],
);
