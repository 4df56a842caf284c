/** `rlimit`, `setuid`, and `big`: a mapping of gigabytes beyond the slots. */
import { MapFlag, PAGE_SIZE, Prot } from "@forkpath/abi";
import { Rlimit } from "@forkpath/fork";
import type { Call } from "../call.ts";
import { HARD_LIMITS } from "../hard-limits.ts";
import { NONE, NotModelled, OK, outcomeOf } from "../outcome.ts";
import { BIG_AREAS, BIG_END } from "../places.ts";
import { mmOf, taskOf, type World } from "../world.ts";

/** Set from outside: the process does nothing. Without privileges it cannot be. */
export const rlimit: Call = ({ kernel }, { pid }, [name, value]) => {
  const { cred, signal } = taskOf(kernel, pid);
  if (cred.user.uid !== 0) return NONE;
  const limit = Object.values(Rlimit).find((one) => one === name);
  if (limit === undefined) throw new NotModelled(`rlimit ${name}`);
  signal.rlimits[limit] = limitOf(limit, value);
  return OK;
};

function limitOf(limit: Rlimit, value: string): number {
  if (value === "inf") return HARD_LIMITS[limit] ?? Number.POSITIVE_INFINITY;
  return limit === Rlimit.NPROC ? Number(value) : Number(value) * PAGE_SIZE;
}

export const setuid: Call = ({ kernel }, { pid }, [uid]) =>
  outcomeOf(kernel.setuid(pid, Number(uid)));

const GIB = 2 ** 30;

/** Behind the last one of this memory. */
export const big: Call = ({ kernel }: World, { pid }, [size]) => {
  const { vmas } = mmOf(kernel, pid);
  const last = vmas.filter(({ start }) => start >= BIG_AREAS && start < BIG_END).at(-1);
  const flags = MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.FIXED;
  const addr = last?.end ?? BIG_AREAS;
  const len = Number(size) * GIB;
  return outcomeOf(kernel.mmap(pid, { addr, len, prot: Prot.READ | Prot.WRITE, flags }));
};
