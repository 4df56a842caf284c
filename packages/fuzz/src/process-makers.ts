/** Random steps that make and end processes. */
import { type Choice, type Maker, someSize, type WeightedMaker } from "./choice.ts";
import { hasOrphans } from "./ending.ts";
import type { Entry } from "./history.ts";
import type { Random } from "./random.ts";

const MOST_LIVING = 8;
const PROGRAMS = ["/bin/sh", "/bin/true", "/usr/bin/env"];
const SIGNALS = ["SIGKILL", "SIGTERM", "SIGHUP"];
/** Some of these are refused: SPEC §6.3 tells which. */
const CLONE_FLAGS: readonly (readonly string[])[] = [
  ["vm", "fs", "files", "sighand", "thread"],
  ["vm"],
  ["vm", "vfork"],
  ["files"],
  ["parent"],
  ["newns"],
  ["fs", "newns"],
  ["vm", "sighand"],
  ["sighand"],
];
/** Limits that bite now and then; afterwards, in most cases, they are lifted. */
const LIMITS: readonly Entry[] = [
  { as: "40 pages" },
  { data: "8 pages" },
  { stack: "5 pages" },
  { memlock: "4 pages" },
  { nproc: 3 },
];
const NO_LIMITS: Entry = { as: "unlimited", data: "unlimited", stack: "8M", memlock: "64k" };

/** Nobody is born into a full house. */
const birth =
  (make: (choice: Choice, as: string) => Entry): Maker =>
  (choice) =>
    choice.living.length < MOST_LIVING ? make(choice, nextName(choice)) : null;

/**
 * Names are never used again, so that a step means the same when others are left out. That of a
 * child whose parent waits inside fork is still to be given.
 */
function nextName({ world: { processes, unsettled } }: Choice): string {
  const taken = new Set(processes.keys());
  for (const { planned } of unsettled) {
    const { args } = planned.action;
    if ("as" in args) taken.add(args.as);
  }
  let number = taken.size + 1;
  while (taken.has(`p${number}`)) number++;
  return `p${number}`;
}

const exec: Maker = ({ caller, random }) => ({
  exec: caller.name,
  program: random.pick(PROGRAMS),
  text: someSize(random),
  data: `${random.below(3)} pages`,
  bss: `${random.below(3)} pages`,
  args: `${1 + random.below(3)} pages`,
});

/** Somebody else may end too, who waits perhaps. */
const kill: Maker = ({ living, random }) => ({
  kill: random.pick(living).name,
  signal: random.pick(SIGNALS),
});

const limitsOf = (random: Random): Entry => (random.once(3) ? random.pick(LIMITS) : NO_LIMITS);

export const processMakers: readonly WeightedMaker[] = [
  [24, birth(({ caller }, as) => ({ fork: caller.name, as }))],
  [5, birth(({ caller }, as) => ({ vfork: caller.name, as }))],
  [
    6,
    birth(({ caller, random }, as) => ({
      clone: caller.name,
      as,
      flags: random.pick(CLONE_FLAGS),
    })),
  ],
  [6, exec],
  [5, ({ caller }) => ({ exit: caller.name })],
  [3, ({ caller, random }) => ({ exitThread: caller.name, status: random.below(3) })],
  [2, kill],
  [10, ({ caller }) => ({ wait: caller.name })],
  [3, ({ world }) => (hasOrphans(world) ? { wait: "init" } : null)],
  [2, ({ caller }) => ({ signal: caller.name })],
  [2, ({ caller, random }) => ({ limit: caller.name, ...limitsOf(random) })],
];
