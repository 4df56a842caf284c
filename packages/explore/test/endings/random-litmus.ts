/**
 * Small litmuses by chance: a machine, a short history, and two or three threads of a few calls.
 *
 * The dice are those of random histories: each verb of `@forkpath/scenario` brings its own. There
 * is memory enough, since it is known that `dpor` does not try which thread gets the last page.
 */
import { Random } from "@forkpath/interleave";
import { parseScenario, type World } from "@forkpath/scenario";
import {
  type Chance,
  chanceFrom,
  cupOf,
  type Entry,
  openWorld,
  pickDie,
  runStep,
  stepOf,
  taskOf,
  VERBS,
} from "@forkpath/scenario/internal";

export type KernelText = "el6" | "v6.1" | "v6.18";

export interface LitmusDocument {
  readonly machine: Entry;
  readonly processes: Readonly<Record<string, Entry>>;
  readonly steps: readonly Entry[];
  readonly threads: Readonly<Record<string, readonly Entry[]>>;
}

const chanceOf = (seed: number): Chance => {
  const source = new Random();
  source.restart(seed, 0);
  return chanceFrom((end) => source.below(end));
};

const DICE = cupOf(VERBS.flatMap(({ dice }) => dice));
const LATER_DICE = cupOf(VERBS.flatMap(({ laterDice }) => laterDice));

const machineOf = (random: Chance, kernel: KernelText): Entry => ({
  kernel,
  memory: "8M",
  ...(random.once(4) ? {} : { swap: ["200 pages", "40 pages"].slice(random.below(2)) }),
  nrCpus: random.pick([1, 2, 4]),
  preempt: random.once(2),
  needResched: random.pick(["never", "always"]),
  ...(random.once(3)
    ? { overcommit: random.pick([{ mode: "strict", limit: "150 pages" }, "always"]) }
    : {}),
});

const mappingsOf = (random: Chance): Entry => ({
  heap: {
    kind: "heap",
    size: `${2 + random.below(2)} pages`,
    written: random.pick(["1 page", "all"]),
    ...(random.once(3) ? { swapped: "1 page" } : {}),
  },
  ...(random.once(2) ? { stack: { kind: "stack", size: "2 pages", written: "1" } } : {}),
  ...(random.once(2)
    ? { lib: { kind: "file", file: "/lib/a", size: "3 pages", read: random.pick(["1", "all"]) } }
    : {}),
  ...(random.once(3)
    ? { data: { kind: "shared-file", file: "/data/log", size: "2 pages", written: "1 page" } }
    : {}),
});

/** Null where the history does not come to where threads could begin. */
export function randomLitmus(seed: number, kernel: KernelText): LitmusDocument | null {
  const random = chanceOf(seed);
  const machine = machineOf(random, kernel);
  const processes = {
    p1: { mappings: mappingsOf(random) },
    ...(random.once(3) ? { p2: { mappings: mappingsOf(random) } } : {}),
  };
  const steps: Entry[] = [];
  const world = open({ machine, processes, steps });
  if (world === null) return null;
  const take = (entry: Entry): boolean => {
    try {
      const { kind, outcome } = runStep(world, stepOf({ ...entry, mayFail: false }), 1);
      if (kind === "cannot" || outcome === "waits" || outcome === "BUG") return false;
      steps.push(outcome === "success" ? entry : { ...entry, fails: outcome });
      return true;
    } catch {
      return false;
    }
  };
  const wanted = random.below(4);
  for (let count = 0; count < wanted; count++) {
    const entry = throwDie(world, random, null);
    if (entry !== null && !take(entry)) return null;
  }
  if (random.below(4) > 0 && !take({ clone: "p1", as: "t1" })) return null;
  if (random.once(4) && !take({ clone: "p1", as: "t2" })) return null;
  if (random.once(2) && !take({ fork: "p1", as: "c1" })) return null;
  const threads: Record<string, Entry[]> = {};
  const callers = livingOf(world);
  const count = random.once(4) ? 3 : 2;
  for (let thread = 0; thread < count && callers.length > 0; thread++) {
    const at = random.below(callers.length);
    const [caller] = callers.splice(at, 1);
    const calls: Entry[] = [];
    const length = 1 + random.below(2);
    while (calls.length < length) {
      const entry = throwDie(world, random, caller);
      if (entry !== null) calls.push({ ...entry, ...childOf(entry, thread), mayFail: true });
    }
    threads[`${"abc"[thread]}`] = calls;
  }
  return Object.keys(threads).length < 2 ? null : { machine, processes, steps, threads };
}

/** Children of two threads have names of their own. */
const childOf = ({ as }: Entry, thread: number): Entry =>
  typeof as === "string" && /^p\d+$/.test(as) ? { as: `${as}${"abc"[thread]}` } : {};

type Caller = ReturnType<typeof livingOf>[number];
const livingOf = (world: World) =>
  [...world.processes.values()].filter((process) => {
    const task = taskOf(world, process);
    return task !== undefined && task.mm !== null && task.state === "running";
  });

function throwDie(world: World, random: Chance, caller: Caller | null): Entry | null {
  const living = livingOf(world);
  if (living.length === 0) return null;
  const isLater = world.kernel.machine.config.kernel !== "el6" && random.once(6);
  const [, make] = pickDie(random, isLater ? LATER_DICE : DICE);
  return make({ world, random, living, caller: caller ?? random.pick(living) });
}

function open(document: Omit<LitmusDocument, "threads">): World | null {
  try {
    return openWorld(parseScenario(JSON.stringify(document)));
  } catch {
    return null;
  }
}
