/**
 * A machine on which much can go wrong, and who is there from the start.
 *
 * Memory and swap are small enough to run out now and then, and large enough that the first
 * processes find what they need.
 */
import type { Entry, History, ProcessEntry } from "./history.ts";
import type { Random } from "./random.ts";

/** Pages. Also what keeps a recount quick: it looks at every frame. */
const LEAST_MEMORY = 110;
const MEMORY_SPAN = 90;
const LEAST_SWAP = 6;
const SWAP_SPAN = 20;
const OVERCOMMIT: readonly unknown[] = [
  "heuristic",
  "always",
  { mode: "strict", limit: "120 pages" },
  { mode: "strict", ratio: 80 },
];

/** A history that has not begun. */
export function randomStart(random: Random): History {
  return {
    machine: randomMachine(random),
    processes: {
      p1: randomProcess(random, {}),
      p2: randomProcess(random, { parent: "p1", user: random.pick([0, 1000]) }),
    },
    steps: [],
  };
}

function randomMachine(random: Random): Entry {
  const swap = Array.from(
    { length: random.below(3) },
    () => `${LEAST_SWAP + random.below(SWAP_SPAN)} pages`,
  );
  return {
    memory: `${LEAST_MEMORY + random.below(MEMORY_SPAN)} pages`,
    ...(swap.length === 0 ? {} : { swap }),
    overcommit: random.pick(OVERCOMMIT),
    nrCpus: random.pick([1, 2, 4, 8]),
    execLocksCounter: random.pick(["ifdef", "if"]),
    preempt: random.once(2),
    needResched: random.pick(["never", "always"]),
    maxThreads: random.pick([6, 20, 40]),
    ...(random.once(8) ? { pidMax: 12 } : {}),
    ...(random.once(8) ? { maxMapCount: 8 } : {}),
  };
}

const randomProcess = (random: Random, rest: Omit<ProcessEntry, "mappings">): ProcessEntry => ({
  ...rest,
  mappings: {
    heap: {
      kind: "heap",
      size: `${2 + random.below(5)} pages`,
      written: random.pick(["50%", "all"]),
    },
    stack: { kind: "stack", size: "3 pages", written: "2" },
    ...(random.once(2)
      ? { lib: { kind: "file", file: "/lib/a", size: "4 pages", read: "all" } }
      : {}),
  },
});
