/** Random steps that the kernel takes by itself, or that an administrator asks for. */
import { PAGE_SIZE } from "@forkpath/abi";
import { HPAGE_PMD_NR } from "@forkpath/rmap";
import {
  type Choice,
  hasHugePages,
  type Maker,
  somePlace,
  type WeightedMaker,
  withoutWaiting,
} from "./choice.ts";
import type { Entry } from "./history.ts";

/** Kernel functions that a script lets fail. */
const SCRIPTED = [
  "security_task_create",
  "mpol_dup",
  "copy_semundo",
  "ksm_fork",
  "vma_dup_policy",
  "copy_namespaces",
  "copy_thread",
  "open_exec",
  "security_file_mmap",
  "prepare_binprm",
  "search_binary_handler",
];
const MOST_AREAS = 4;
const MOST_SWAP_PAGES = 60;

/** Pages of anybody, who may wait. */
const somebodysPlace = (choice: Choice): string | null =>
  somePlace(choice, choice.random.pick(choice.living));

const reclaim: Maker = (choice) => {
  const { random, living } = choice;
  const place = random.once(4) ? random.pick(living).name : somebodysPlace(choice);
  if (place === null) return null;
  return {
    reclaim: place,
    ...(random.once(4) ? { count: 1 + random.below(6) } : {}),
    ...(random.once(4) ? { idle: false } : {}),
  };
};

/**
 * The first 2 MiB of a mapping that has as many. There are small pages to make a huge one of if they
 * were there before the area was to have huge ones, or if one was split; and no process may share
 * one: so an area is advised, split and written to more often than it is collapsed.
 */
function collapse({ world, random, living }: Choice): Entry | null {
  const owner = random.pick(living);
  const large = [...owner.space.mappings].filter(([, { pages }]) => pages >= HPAGE_PMD_NR);
  if (!hasHugePages(world) || large.length === 0) return null;
  const place = `${owner.name} ${random.pick(large)[0]}`;
  const steps: readonly Entry[] = [
    { madvise: place, advice: "hugepage" },
    { madvise: `${place} 0..99`, advice: "dontneed" },
    { write: place },
  ];
  const canCall = !world.kernel.isBlocked(owner.pid);
  return canCall && random.once(2) ? random.pick(steps) : { collapse: `${place} 0` };
}

const migrateBegin: Maker = (choice) => {
  const place = somebodysPlace(choice);
  return place === null ? null : { migrateBegin: place };
};

/** A frame that is mapped: other pages cannot go bad. */
function poison(choice: Choice): Entry | null {
  const { world, caller, random } = choice;
  const { kernel } = world;
  const mapped = [...caller.space.mappings].flatMap(([mapping, { start, pages }]) =>
    Array.from({ length: pages }, (_, page) => ({ mapping, page, addr: start + page * PAGE_SIZE })),
  );
  const candidates = mapped.filter(({ addr }) => kernel.frame(caller.pid, addr) !== undefined);
  if (candidates.length === 0) return null;
  const { mapping, page } = random.pick(candidates);
  return { poison: `${caller.name} ${mapping} ${page}` };
}

const swapon: Maker = ({ world, random }) => {
  if (world.kernel.totals().swapPages > MOST_SWAP_PAGES) return null;
  return { swapon: `${4 + random.below(20)} pages`, priority: random.below(3) };
};

const swapoff: Maker = ({ caller, random }) => ({
  swapoff: random.below(MOST_AREAS),
  ...(random.once(2) ? { by: caller.name } : {}),
});

const script: Maker = ({ random }) => ({
  script: random.pick(SCRIPTED),
  answers: random.pick(["ENOMEM", "EACCES"]),
});

/** What was made to fail goes well again: else one step would spoil all that come after it. */
const mend: Maker = ({ world, caller }) => {
  const { failStep, tasks } = world.kernel.machine.fork;
  const failing = [...failStep].find(([, status]) => status !== 0);
  if (failing !== undefined) return { script: failing[0], answers: "success" };
  if (tasks.get(caller.pid)?.hasPendingSignal !== true) return null;
  return { signal: caller.name, pending: false };
};

const coreDump: Maker = ({ world, caller }) => {
  const mm = world.kernel.machine.fork.tasks.get(caller.pid)?.mm;
  return mm?.coreState ? { coreDump: caller.name, running: false } : { coreDump: caller.name };
};

export const kernelMakers: readonly WeightedMaker[] = [
  [14, reclaim],
  [40, withoutWaiting(collapse)],
  [4, migrateBegin],
  [8, ({ world }) => (world.kernel.machine.migrations.length > 0 ? { migrateEnd: true } : null)],
  [0.5, withoutWaiting(poison)],
  [2, swapon],
  [2, withoutWaiting(swapoff)],
  [1, script],
  [20, mend],
  [1, coreDump],
];
