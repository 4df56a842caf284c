/** All calls of histories, by their verbs. */
import type { Call, Line, MachineCall } from "./call.ts";
import { poke, read, write } from "./calls/access.ts";
import { brk, madvise, mlock, mprotect, mremap, munlock, munmap } from "./calls/areas.ts";
import { exec, fetchCode, start } from "./calls/exec.ts";
import { big, rlimit, setuid } from "./calls/limits.ts";
import { migrate, swapoff, swapon, truncate } from "./calls/machine.ts";
import { mmap } from "./calls/mmap.ts";
import { rusage } from "./calls/rusage.ts";
import { end, exit, fork, kill, share, thread, vfork, wait } from "./calls/tasks.ts";
import { NONE, NotModelled, type Outcome } from "./outcome.ts";
import type { Subject, World } from "./world.ts";

const CALLS: Readonly<Record<string, Call>> = {
  mmap,
  read,
  write,
  poke,
  fork,
  thread,
  share,
  vfork,
  exit,
  end,
  kill,
  wait,
  exec,
  start,
  rusage,
  rlimit,
  setuid,
  big,
  munmap,
  mprotect,
  madvise,
  mremap,
  mlock,
  munlock,
  brk,
};

const MACHINE_CALLS: Readonly<Record<string, MachineCall>> = { truncate, swapoff, swapon, migrate };

/**
 * Does one line of a history.
 * @throws NotModelled where the model cannot do it yet
 */
export function doCall(world: World, { actor, verb, words }: Line): Outcome {
  if (actor === "-") return known(MACHINE_CALLS, verb)(world, words);
  const who = world.subjects.get(actor);
  if (who === undefined || !canAct(world, who, verb)) return NONE;
  if (!FROM_OUTSIDE.has(verb)) fetchCode(world, actor);
  return known(CALLS, verb)(world, who, words);
}

/** Not a zombie, nor one that waits in vfork, nor a program that has not begun to run. */
function canAct({ kernel }: World, { pid, isFresh }: Subject, verb: string): boolean {
  if (kernel.process(pid).state !== "running" || kernel.isBlocked(pid)) return false;
  return isFresh !== true || FOR_FRESH.has(verb);
}

/** What is done to a process, while it does nothing itself. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set(["rlimit", "kill", "poke", "start"]);
const FOR_FRESH: ReadonlySet<string> = new Set(["start", "kill", "rlimit"]);

function known<C>(table: Readonly<Record<string, C>>, verb: string): C {
  const call = table[verb];
  if (call === undefined) throw new NotModelled(verb);
  return call;
}
