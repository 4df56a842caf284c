/** fork, vfork and clone: a child, or a thread, and its name. */
import { CloneFlag, Signal } from "@forkpath/abi";
import * as z from "zod/mini";
import { about, name, oneOf } from "../format/leaves.ts";
import { callOf } from "../world/call.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { outcomeOfStatus, WAITS } from "../world/outcome.ts";
import { addProcess, findProcess } from "../world/who.ts";
import { copyAddressSpace } from "../world/world.ts";
import type { Choice, Entry, Throw } from "./dice.ts";
import { ownCall } from "./ranges.ts";
import { by, type Deed, defineVerb, nameOfRound, statusOf, type Verb } from "./verb.ts";

const childKey = about(name, "The child's name; with times, numbered: worker1, worker2 and so on.");

/** What the child shares with its parent. */
interface Sharing {
  readonly isMemoryShared: boolean;
  /** Whether it is a thread of the parent's process. */
  readonly isThread: boolean;
}

function birth(process: string, as: string, { isMemoryShared, isThread }: Sharing): Deed {
  return {
    ...by(process),
    text: `${process} as ${as}`,
    child: as,
    birth: isMemoryShared ? "shares" : "copies",
    names(known, rounds, report) {
      const { space = { mappings: new Map() }, leader = process } = known.get(process) ?? {};
      for (const child of rounds.map((round) => nameOfRound(as, round))) {
        if (known.has(child)) report(`the name ${child} is taken`);
        known.set(child, {
          space: isMemoryShared ? space : { mappings: new Map(space.mappings) },
          leader: isThread ? leader : child,
        });
      }
    },
    settle(world, answers, child) {
      const pid = statusOf(answers);
      if (pid < 0) return outcomeOfStatus(pid);
      if (world.processes.has(child)) throw new CannotRun(`the name ${child} is taken`);
      const { space, pid: parent } = findProcess(world, process);
      addProcess(world, child, pid, isMemoryShared ? space : copyAddressSpace(space));
      return world.kernel.isBlocked(parent) ? WAITS : outcomeOfStatus(pid);
    },
  };
}

const MOST_LIVING = 8;

/** None while there are that many processes already. */
const someBirth =
  (make: (choice: Choice, as: string) => Entry): Throw =>
  (choice) =>
    choice.living.length < MOST_LIVING ? make(choice, nextName(choice)) : null;

/**
 * Names are never used again, so that a step means the same when others are left out. The name of a
 * child whose parent waits inside fork is taken, though it is not given yet.
 */
function nextName({ world: { processes, unsettled } }: Choice): string {
  const taken = new Set(processes.keys());
  for (const { plan } of unsettled) if (plan.child !== null) taken.add(plan.child);
  let number = taken.size + 1;
  while (taken.has(`p${number}`)) number++;
  return `p${number}`;
}

export const fork: Verb = defineVerb(
  { fork: about(name, "The parent."), as: z._default(childKey, "child") },
  ({ fork: process, as }) => ({
    ...birth(process, as, { isMemoryShared: false, isThread: false }),
    calls: ownCall(process, (kernel, pid) => callOf(kernel, pid, "fork", pid)),
  }),
  [[24, someBirth(({ caller }, as) => ({ fork: caller.name, as }))]],
);

export const vfork: Verb = defineVerb(
  {
    vfork: about(name, "The parent, which waits until the child has called exec or exit."),
    as: z._default(childKey, "child"),
  },
  ({ vfork: process, as }) => ({
    ...birth(process, as, { isMemoryShared: true, isThread: false }),
    calls: ownCall(process, (kernel, pid) => callOf(kernel, pid, "vfork", pid)),
  }),
  [[5, someBirth(({ caller }, as) => ({ vfork: caller.name, as }))]],
);

const FLAGS = {
  vm: CloneFlag.VM,
  fs: CloneFlag.FS,
  files: CloneFlag.FILES,
  sighand: CloneFlag.SIGHAND,
  thread: CloneFlag.THREAD,
  vfork: CloneFlag.VFORK,
  parent: CloneFlag.PARENT,
  newpid: CloneFlag.NEWPID,
  newns: CloneFlag.NEWNS,
} as const;
type FlagName = keyof typeof FLAGS;
const FLAG_NAMES = Object.keys(FLAGS) as FlagName[];
/** What pthread_create asks for. */
const THREAD: readonly FlagName[] = ["vm", "fs", "files", "sighand", "thread"];

/** Some of these are refused: SPEC §6.3 tells which. */
const SOME_FLAGS: readonly (readonly FlagName[])[] = [
  THREAD,
  ["vm"],
  ["vm", "vfork"],
  ["files"],
  ["parent"],
  ["newns"],
  ["fs", "newns"],
  ["vm", "sighand"],
  ["sighand"],
];

/** CloneFlag bits. A thread sends no signal when it ends. */
function cloneFlags(names: readonly FlagName[]): number {
  const exitSignal = names.includes("thread") ? 0 : Signal.SIGCHLD;
  return names.reduce((bits, one) => bits | FLAGS[one], exitSignal);
}

export const clone: Verb = defineVerb(
  {
    clone: about(name, "The task that makes a thread, or a process that shares something with it."),
    as: z._default(childKey, "thread"),
    flags: z._default(
      about(z.array(oneOf(...FLAG_NAMES)), "What is shared; by default as by a thread."),
      [...THREAD],
    ),
  },
  ({ clone: process, as, flags }) => ({
    ...birth(process, as, {
      isMemoryShared: flags.includes("vm"),
      isThread: flags.includes("thread"),
    }),
    threads: "made",
    calls: ownCall(process, (kernel, pid) => callOf(kernel, pid, "clone", pid, cloneFlags(flags))),
  }),
  [
    [
      6,
      someBirth(({ caller, random }, as) => ({
        clone: caller.name,
        as,
        flags: random.pick(SOME_FLAGS),
      })),
    ],
  ],
);
