/**
 * A machine on which much can go wrong, and the processes that are there from the start.
 *
 * Memory and swap are small enough to run out now and then, and large enough that the first
 * processes find what they need.
 */
import type { KernelName } from "@forkpath/abi";
import { type Chance, type Entry, someHugeSize } from "@forkpath/scenario/internal";
import type { History } from "./history.ts";

const STRICT_BY_RATIO = { mode: "strict", ratio: 80 };

/** Pages, and what they are promised by. What there is is what a recount looks at. */
interface Sizes {
  readonly memory: readonly [least: number, span: number];
  readonly swap: readonly [least: number, span: number];
  readonly overcommit: readonly unknown[];
}

const SMALL: Sizes = {
  memory: [110, 90],
  swap: [6, 20],
  overcommit: ["heuristic", "always", { mode: "strict", limit: "120 pages" }, STRICT_BY_RATIO],
};
/** Room for a few huge pages, of 512 each. */
const LARGE: Sizes = {
  memory: [2200, 1800],
  swap: [300, 900],
  overcommit: ["heuristic", "always", STRICT_BY_RATIO],
};
/** One machine in so many has huge pages: each of its steps takes as long as several others. */
const HUGE_ONCE_IN = 8;

const somewhere = (random: Chance, [least, span]: Sizes["memory"]): string =>
  `${least + random.below(span)} pages`;

/** A history that has not begun. */
export function randomStart(random: Chance, kernel?: KernelName): History {
  const isHuge = random.once(HUGE_ONCE_IN);
  const big = isHuge ? { big: randomHugeMapping(random) } : {};
  return {
    machine: {
      ...(kernel === undefined ? {} : { kernel }),
      ...randomMachine(random, isHuge ? LARGE : SMALL),
      ...(isHuge ? { transparentHugepage: random.pick(["always", "madvise"]) } : {}),
    },
    processes: {
      p1: { mappings: { ...randomMappings(random), ...big } },
      p2: { parent: "p1", user: random.pick([0, 1000]), mappings: randomMappings(random) },
    },
    steps: [],
  };
}

function randomMachine(random: Chance, { memory, swap, overcommit }: Sizes): Entry {
  const areas = Array.from({ length: random.below(3) }, () => somewhere(random, swap));
  return {
    memory: somewhere(random, memory),
    ...(areas.length === 0 ? {} : { swap: areas }),
    overcommit: random.pick(overcommit),
    nrCpus: random.pick([1, 2, 4, 8]),
    ...(random.once(2) ? { rules: { argLock: { cures: "D1" } } } : {}),
    preempt: random.once(2),
    needResched: random.pick(["never", "always"]),
    maxThreads: random.pick([6, 20, 40]),
    ...(random.once(8) ? { pidMax: 12 } : {}),
    ...(random.once(8) ? { maxMapCount: 8 } : {}),
  };
}

const randomMappings = (random: Chance): Readonly<Record<string, Entry>> => ({
  heap: {
    kind: "heap",
    size: `${2 + random.below(5)} pages`,
    written: random.pick(["50%", "all"]),
  },
  stack: { kind: "stack", size: "3 pages", written: "2" },
  ...(random.once(2)
    ? { lib: { kind: "file", file: "/lib/a", size: "4 pages", read: "all" } }
    : {}),
});

const randomHugeMapping = (random: Chance): Entry => ({
  size: someHugeSize(random),
  written: random.pick(["50%", "all"]),
});
