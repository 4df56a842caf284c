/** Random steps in which a process uses its memory or changes its mappings. */

import { VmFlag } from "@forkpath/abi";
import { findVma } from "@forkpath/mm";
import { taskOf } from "@forkpath/scenario";
import {
  atPlace,
  type Choice,
  type Maker,
  someLength,
  somePlace,
  someSize,
  type WeightedMaker,
  withoutWaiting,
} from "./choice.ts";
import type { Entry } from "./history.ts";
import type { Random } from "./random.ts";

const ADVICE = [
  ...["dontneed", "dontneed", "dontfork", "dofork", "sequential", "mergeable"],
  ...["hugepage", "nohugepage", "dontdump", "dodump"],
];
const ACCESS = ["none", "r", "rw", "rw", "rx"];
/** A name that is used again leaves the mapping that had it without one. */
const MAPPING_NAMES = 8;

/** Pages of a file: some lie behind its end. */
const MOST_OFFSET = 6;

const LIBRARIES = ["/lib/a", "/lib/b"];
const KINDS: readonly ((random: Random) => Entry)[] = [
  () => ({}),
  () => ({}),
  () => ({ noreserve: true }),
  (random) => ({ kind: "file", file: random.pick(LIBRARIES), offset: random.below(3) }),
  // Pages behind the end of the file: SIGBUS.
  (random) => ({ kind: "file", file: "/data/short", fileSize: someSize(random) }),
  (random) => ({ kind: "shared-file", file: "/data/log", openedReadOnly: random.once(4) }),
  () => ({ kind: "shmem" }),
  () => ({ kind: "shmem", file: "/dev/shm/s" }),
  () => ({ kind: "device", file: "/dev/gpu" }),
];

function mmap(choice: Choice): Entry {
  const { caller, random } = choice;
  return {
    mmap: caller.name,
    as: `m${1 + random.below(MAPPING_NAMES)}`,
    size: someLength(choice),
    ...(random.once(3) ? { access: random.pick(ACCESS) } : {}),
    ...random.pick(KINDS)(random),
  };
}

const brk: Maker = (choice) => {
  const { caller, random } = choice;
  return { brk: caller.name, by: `${random.once(3) ? "-" : ""}${someLength(choice)}` };
};

/** Another stack: it is told apart by its name. */
const mmapStack: Maker = ({ caller, random }) => ({
  mmap: caller.name,
  as: random.pick(["stack1", "stack2"]),
  kind: "stack",
  size: someSize(random),
});

const isStack = (mapping: string): boolean => mapping.startsWith("stack");

const growStack: Maker = (choice) => {
  const place = somePlace(choice, choice.caller, isStack);
  return place === null ? null : { growStack: place, by: someSize(choice.random) };
};

/**
 * Only shared mappings of files can. While a page is under way none does: its entry would be left
 * behind, since nobody looks for it in a nonlinear area, and whoever touches it runs into a BUG, with
 * which the history would be over.
 */
function remapFilePages(choice: Choice): Entry | null {
  const { caller, random, world } = choice;
  const mm = taskOf(world, caller)?.mm;
  const isShared = (mapping: string): boolean => {
    const start = caller.space.mappings.get(mapping)?.start ?? 0;
    const area = mm ? findVma(mm, start) : undefined;
    return area !== undefined && (area.flags & VmFlag.SHARED) !== 0;
  };
  const place = somePlace(choice, caller, isShared);
  return place === null
    ? null
    : { remapFilePages: place, offset: random.below(MOST_OFFSET), nonblock: random.once(2) };
}

function truncation({ world, random }: Choice): Entry | null {
  const paths = [...world.kernel.machine.files.keys()].filter((path) => /^.(lib|data)/.test(path));
  return paths.length === 0 ? null : { truncate: random.pick(paths), size: someSize(random) };
}

export const memoryMakers: readonly WeightedMaker[] = [
  [45, atPlace("write")],
  [20, atPlace("read")],
  [3, withoutWaiting(atPlace("poke"))],
  [3, growStack],
  [2, atPlace("pin")],
  [2, () => ({ unpin: true })],
  [16, mmap],
  [2, mmapStack],
  [8, atPlace("munmap")],
  [4, atPlace("mremap", (choice) => ({ size: someLength(choice) }))],
  [4, withoutWaiting(remapFilePages)],
  [8, atPlace("mprotect", ({ random }) => ({ access: random.pick(ACCESS) }))],
  [8, atPlace("madvise", ({ random }) => ({ advice: random.pick(ADVICE) }))],
  [3, atPlace("mlock")],
  [3, atPlace("munlock")],
  [1, ({ caller, random }) => ({ mlockall: caller.name, future: random.once(3) })],
  [6, brk],
  [2, withoutWaiting(truncation)],
  [2, () => ({ dropCaches: true })],
];
