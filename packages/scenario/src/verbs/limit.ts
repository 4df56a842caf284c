/** Resource limits of a process change, and what the machine may promise. */
import { about, name } from "../format/leaves.ts";
import { limitKeys } from "../format/limits.ts";
import { overcommit as overcommitOptions } from "../format/machine.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { findProcess, goneText, taskOf } from "../world/who.ts";
import type { Chance, Entry } from "./dice.ts";
import { atOnce, by, defineVerb, type Verb } from "./verb.ts";

/** Limits that bite now and then; afterwards, in most cases, they are lifted. */
const TIGHT: readonly Entry[] = [
  { as: "40 pages" },
  { data: "8 pages" },
  { stack: "5 pages" },
  { memlock: "4 pages" },
  { nproc: 3 },
];
const NONE: Entry = { as: "unlimited", data: "unlimited", stack: "8M", memlock: "64k" };
const someLimits = (random: Chance): Entry => (random.once(3) ? random.pick(TIGHT) : NONE);

export const limit: Verb = defineVerb(
  { limit: about(name, "Whose limits change."), ...limitKeys },
  ({ limit: process, ...limits }) => ({
    ...by(process),
    ...atOnce((world) => {
      const whose = findProcess(world, process);
      const task = taskOf(world, whose);
      if (task === undefined) throw new CannotRun(goneText(world, whose));
      Object.assign(task.signal.rlimits, limits);
    }),
  }),
  [[2, ({ caller, random }) => ({ limit: caller.name, ...someLimits(random) })]],
);

/** The sysctls of overcommit: what was promised stays promised. */
export const overcommit: Verb = defineVerb(
  {
    overcommit: about(overcommitOptions, "What the machine may promise from now on."),
  },
  ({ overcommit: options }) =>
    atOnce((world) => {
      Object.assign(world.kernel.machine.mm.commit, options);
    }),
);
