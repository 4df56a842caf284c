/** Chooses a step that makes sense where the machine stands: a live task, an area that is there. */
import { CloneFlag, Madvise, MapFlag, PAGE_SIZE, Prot, VmFlag } from "@forkpath/abi";
import type { Kernel } from "../src/index.ts";
import type { Step } from "./history.ts";
import type { Random } from "./random.ts";

const MOST_TASKS = 8;
const MOST_PAGES = 12;
const FILES = ["/lib/a", "/lib/b", "/shm/c"];
const PROGRAMS = ["/bin/sh", "/bin/true"];
const THREAD = CloneFlag.VM | CloneFlag.FS | CloneFlag.FILES | CloneFlag.SIGHAND | CloneFlag.THREAD;
const ADVICE = [
  Madvise.DONTNEED,
  Madvise.DONTNEED,
  Madvise.DONTFORK,
  Madvise.DOFORK,
  Madvise.SEQUENTIAL,
];
const PROTECTIONS = [Prot.NONE, Prot.READ, Prot.READ | Prot.WRITE, Prot.READ | Prot.EXEC];

interface Where {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly pid: number;
}
/** A step, or null where none of this kind can be made. */
type Maker = (where: Where) => Step | null;

const pages = ({ random }: Where): number => (1 + random.below(MOST_PAGES)) * PAGE_SIZE;

interface Range {
  readonly start: number;
  readonly end: number;
  readonly isStack: boolean;
}

/** Some pages of one of the task's areas: the whole of it in one case of two. */
function someRange({ kernel, random, pid }: Where): Range | null {
  const areas = kernel.machine.fork.tasks.get(pid)?.mm?.vmas ?? [];
  if (areas.length === 0) return null;
  const { start, end, flags } = random.pick(areas);
  const isStack = (flags & VmFlag.GROWSDOWN) !== 0;
  if (random.below(2) === 0) return { start, end, isStack };
  const count = (end - start) / PAGE_SIZE;
  const first = random.below(count);
  const last = first + 1 + random.below(count - first);
  return { start: start + first * PAGE_SIZE, end: start + last * PAGE_SIZE, isStack };
}

/** A call on an address and a length. */
const onRange =
  (name: "munmap" | "mlock" | "munlock" | "migrate"): Maker =>
  (where) => {
    const range = someRange(where);
    return range && [name, where.pid, range.start, range.end - range.start];
  };

function touch(where: Where): Step | null {
  const range = someRange(where);
  if (range === null) return null;
  const count = Math.min((range.end - range.start) / PAGE_SIZE, MOST_PAGES);
  const letters = Array.from({ length: count }, () => where.random.pick(["W", "W", "r", "-"]));
  return ["touch", where.pid, range.start, letters.join("")];
}

/**
 * Not a stack: an mremap whose last split is refused leaves one that is no longer VM_ACCOUNT, and
 * what it grows by is then promised for ever. Linux has the same gap, so the recount would see it.
 */
function remap(where: Where): Step | null {
  const range = someRange(where);
  if (range === null || range.isStack) return null;
  return ["mremap", where.pid, range.start, range.end - range.start, pages(where)];
}

/** How often out of all, and what. */
const MAKERS: readonly (readonly [weight: number, make: Maker])[] = [
  [30, touch],
  [12, ({ kernel, pid }) => (isFull(kernel) ? null : ["fork", pid])],
  [2, ({ kernel, pid }) => (isFull(kernel) ? null : ["vforkExit", pid])],
  [
    2,
    ({ kernel, pid, random }) =>
      isFull(kernel) ? null : ["vforkExec", pid, random.pick(PROGRAMS)],
  ],
  [1, ({ kernel, pid }) => (isFull(kernel) ? null : ["thread", pid, THREAD])],
  [1, ({ pid, random }) => ["exec", pid, random.pick(PROGRAMS)]],
  [5, ({ pid }) => ["exit", pid]],
  [6, ({ kernel, pid, random }) => ["wait", random.below(2) === 0 ? 1 : parentOf(kernel, pid)]],
  [8, (where) => ["mmap", where.pid, pages(where), mapFlags(where)]],
  [5, (where) => ["mmapFile", where.pid, pages(where), mapFlags(where), where.random.pick(FILES)]],
  [6, onRange("munmap")],
  [
    5,
    (where) => {
      const range = someRange(where);
      const prot = where.random.pick(PROTECTIONS);
      return range && ["mprotect", where.pid, range.start, range.end - range.start, prot];
    },
  ],
  [
    5,
    (where) => {
      const range = someRange(where);
      const advice = where.random.pick(ADVICE);
      return range && ["madvise", where.pid, range.start, range.end - range.start, advice];
    },
  ],
  [2, onRange("mlock")],
  [2, onRange("munlock")],
  [2, remap],
  [
    6,
    (where) => {
      const range = someRange(where);
      return range && ["reclaim", where.pid, range.start, range.end];
    },
  ],
  [3, onRange("migrate")],
  [1, ({ kernel, pid, random }) => truncation(kernel, pid, random)],
  [1, () => ["dropCaches"]],
  [1, ({ pid, random }) => ["swapCycle", pid, 10 + random.below(20)]],
  [4, ({ random }) => ["refuse", random.below(12)]],
];
const ALL_WEIGHTS = MAKERS.reduce((sum, [weight]) => sum + weight, 0);

/** The next step of a history; a new process when there is none. */
export function randomStep(kernel: Kernel, random: Random): Step {
  const pids = livePids(kernel);
  if (pids.length === 0) return ["start"];
  for (;;) {
    const step = pickMaker(random)({ kernel, random, pid: random.pick(pids) });
    if (step !== null) return step;
  }
}

function pickMaker(random: Random): Maker {
  let left = random.below(ALL_WEIGHTS);
  for (const [weight, make] of MAKERS) {
    left -= weight;
    if (left < 0) return make;
  }
  throw new RangeError("pickMaker: the weights do not add up");
}

/** Tasks that can be told to do something: not init, which has no memory. */
const livePids = (kernel: Kernel): number[] =>
  [...kernel.machine.fork.tasks.values()]
    .filter(({ mm, state }) => mm !== null && state === "running")
    .map(({ pid }) => pid);

const parentOf = (kernel: Kernel, pid: number): number =>
  kernel.machine.fork.tasks.get(pid)?.realParent.tgid ?? 1;

/** Zombies count as well: somebody has to reap them first. */
const isFull = (kernel: Kernel): boolean => kernel.totals().tasks > MOST_TASKS;

const mapFlags = ({ random }: Where): number =>
  random.pick([MapFlag.PRIVATE, MapFlag.PRIVATE, MapFlag.SHARED]);

function truncation(kernel: Kernel, pid: number, random: Random): Step | null {
  const paths = [...kernel.machine.files.keys()].filter((path) => FILES.includes(path));
  if (paths.length === 0) return null;
  return ["truncate", pid, random.pick(paths), random.below(MOST_PAGES)];
}
