/**
 * The next step of a random history: one that makes sense where the machine stands.
 *
 * Left out are `race` and `resume`, whose schedules `@forkpath/explore` tries; `corrupt`, which
 * breaks on purpose what a recount looks at; and `look`, which does nothing.
 */
import { type LiveProcess, taskOf, type World } from "@forkpath/scenario";
import { type Choice, isLiving, type WeightedMaker } from "./choice.ts";
import type { Entry } from "./history.ts";
import { kernelMakers } from "./kernel-makers.ts";
import { memoryMakers } from "./memory-makers.ts";
import { processMakers } from "./process-makers.ts";
import type { Random } from "./random.ts";

const MAKERS: readonly WeightedMaker[] = [...processMakers, ...memoryMakers, ...kernelMakers];
const ALL_WEIGHTS = MAKERS.reduce((sum, [weight]) => sum + weight, 0);
/** One step in so many ends what somebody waits for. */
const LET_GO_ONCE_IN = 15;
/** The weights are multiples of this. */
const WEIGHT_UNIT = 0.5;

/** One step in so many has a request for memory refused, if it makes as many. */
const REFUSED_ONCE_IN = 12;
const MOST_REQUESTS = 10;

/** @returns null when nobody is left who could do anything */
export function randomStep(world: World, random: Random): Entry | null {
  const living = [...world.processes.values()].filter((process) => isLiving(world, process));
  const callers = living.filter(({ pid }) => !world.kernel.isBlocked(pid));
  const isStuck = callers.length === 0;
  if (isStuck || random.once(LET_GO_ONCE_IN)) {
    const entry = letGo(world, living);
    if (entry !== null || isStuck) return entry;
  }
  for (;;) {
    const choice: Choice = { world, random, living, caller: random.pick(callers) };
    const entry = pickMaker(random)[1](choice);
    if (entry === null) continue;
    if (!random.once(REFUSED_ONCE_IN)) return entry;
    return { ...entry, failAllocation: 1 + random.below(MOST_REQUESTS) };
  }
}

function pickMaker(random: Random): WeightedMaker {
  let left = random.below(ALL_WEIGHTS / WEIGHT_UNIT) * WEIGHT_UNIT;
  for (const maker of MAKERS) {
    left -= maker[0];
    if (left < 0) return maker;
  }
  throw new RangeError("pickMaker: the weights do not add up");
}

/** What those who wait may wait for comes about: the end of a core dump, a page, or their death. */
function letGo(world: World, living: readonly LiveProcess[]): Entry | null {
  const { kernel } = world;
  const waiting = living.filter(({ pid }) => kernel.isBlocked(pid));
  if (waiting.length === 0) return null;
  const dumped = waiting.find((process) => taskOf(world, process)?.mm?.coreState === true);
  if (dumped !== undefined) return { coreDump: dumped.name, running: false };
  if (kernel.machine.migrations.length > 0) return { migrateEnd: true };
  return { kill: waiting[waiting.length - 1].name };
}
