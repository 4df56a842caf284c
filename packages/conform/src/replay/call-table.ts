/** All calls of histories, by their verbs. */
import type { Call, Line, MachineCall } from "./call.ts";
import { poke, read, write } from "./calls/access.ts";
import { brk, madvise, mlock, mprotect, mremap, munlock, munmap } from "./calls/areas.ts";
import { truncate } from "./calls/machine.ts";
import { mmap } from "./calls/mmap.ts";
import { exit, fork, wait } from "./calls/tasks.ts";
import { NONE, NotModelled, type Outcome } from "./outcome.ts";
import type { World } from "./world.ts";

const CALLS: Readonly<Record<string, Call>> = {
  mmap,
  read,
  write,
  poke,
  fork,
  exit,
  wait,
  munmap,
  mprotect,
  madvise,
  mremap,
  mlock,
  munlock,
  brk,
};

const MACHINE_CALLS: Readonly<Record<string, MachineCall>> = { truncate };

/**
 * Does one line of a history.
 * @throws NotModelled where the model cannot do it yet
 */
export function doCall(world: World, { actor, verb, words }: Line): Outcome {
  if (actor === "-") return known(MACHINE_CALLS, verb)(world, words);
  const who = world.subjects.get(actor);
  if (who === undefined || world.kernel.process(who.pid).state !== "running") return NONE;
  return known(CALLS, verb)(world, who, words);
}

function known<C>(table: Readonly<Record<string, C>>, verb: string): C {
  const call = table[verb];
  if (call === undefined) throw new NotModelled(verb);
  return call;
}
