/**
 * The next step of a random history: one that makes sense where the machine stands. Each verb of
 * `@forkpath/scenario` brings its own dice.
 *
 * No dice have `race` and `resume`, whose schedules `@forkpath/explore` tries; `corrupt`, which
 * breaks on purpose what a recount looks at; and `look`, which does nothing.
 */
import { Madvise } from "@forkpath/abi";
import type { LiveProcess, World } from "@forkpath/scenario";
import {
  type Chance,
  type Choice,
  type Cup,
  cupOf,
  type Entry,
  pickDie,
  VERBS,
} from "@forkpath/scenario/internal";
import { findLiving, letArrive } from "./living.ts";

const DICE: Cup = cupOf(VERBS.flatMap(({ dice }) => dice));
const LATER_DICE: Cup = cupOf(VERBS.flatMap(({ laterDice }) => laterDice));
/** One step in so many is what el6 does not know, where the kernel is a later one. */
const LATER_ONCE_IN = 6;
/** One step in so many ends what a process waits for. */
const LET_GO_ONCE_IN = 15;
/** One step in so many has a request for memory refused, if it makes as many. */
const REFUSED_ONCE_IN = 12;
const MOST_REQUESTS = 10;

/** @returns null when no process is left that could do anything */
export function randomStep(world: World, random: Chance): Entry | null {
  const living = findLiving(world);
  const callers = living.filter(({ pid }) => !world.kernel.isBlocked(pid));
  const isStuck = callers.length === 0;
  if (isStuck || random.once(LET_GO_ONCE_IN)) {
    const entry = letGo(world, living);
    if (entry !== null || isStuck) return entry;
  }
  for (;;) {
    const choice: Choice = { world, random, living, caller: random.pick(callers) };
    const isLater = hasLaterCalls(world) && random.once(LATER_ONCE_IN);
    const entry = pickDie(random, isLater ? LATER_DICE : DICE)[1](choice);
    if (entry === null) continue;
    if (!random.once(REFUSED_ONCE_IN)) return entry;
    return { ...entry, failAllocation: 1 + random.below(MOST_REQUESTS) };
  }
}

/** All later releases know MADV_REMOVE. */
const hasLaterCalls = ({ kernel }: World): boolean =>
  kernel.machine.mm.rules.advices.has(Madvise.REMOVE);

/** Brings about what waiting processes wait for, or ends one of them. */
function letGo(world: World, living: readonly LiveProcess[]): Entry | null {
  const waiting = living.filter(({ pid }) => world.kernel.isBlocked(pid));
  if (waiting.length === 0) return null;
  return letArrive(world, waiting) ?? { kill: waiting[waiting.length - 1].name };
}
