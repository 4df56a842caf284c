/** Steps that make and end processes, as schemas. */
import { CloneFlag, Signal } from "@forkpath/abi";
import { z } from "zod";
import { about, integer, leaf, name, oneOf, path, size, sizeOrNone, upTo, yes } from "./leaves.ts";
import { limitKeys } from "./limits.ts";
import type { CloneArgs, ExecArgs, ForkArgs, StepArgs } from "./step.ts";

type ProcessVerb =
  | "fork"
  | "vfork"
  | "clone"
  | "exec"
  | "exit"
  | "exitThread"
  | "kill"
  | "wait"
  | "signal"
  | "limit";

const child = about(name, "The child's name; with times, numbered: worker1, worker2 and so on.");
const who = (what: string): z.ZodType<string> => about(name, what);
const status = about(integer(0, 255), "Exit status.").default(0);

const fork: z.ZodType<ForkArgs> = leaf(
  z.strictObject({ fork: who("The parent."), as: child.default("child") }),
  "a fork",
  (given) => ({ process: given.fork, as: given.as }),
);

const vfork: z.ZodType<ForkArgs> = leaf(
  z.strictObject({
    vfork: who("The parent, which waits until the child has called exec or exit."),
    as: child.default("child"),
  }),
  "a vfork",
  (given) => ({ process: given.vfork, as: given.as }),
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

const clone: z.ZodType<CloneArgs> = leaf(
  z.strictObject({
    clone: who("Who makes a thread, or a process that shares something with it."),
    as: child.default("thread"),
    flags: about(z.array(oneOf(...FLAG_NAMES)), "What is shared; a thread unless told.").default([
      ...THREAD,
    ]),
  }),
  "a clone",
  ({ clone: process, as, flags }) => ({ process, as, flags: cloneFlags(flags) }),
);

/** A thread sends no signal when it ends. */
function cloneFlags(names: readonly FlagName[]): number {
  const exitSignal = names.includes("thread") ? 0 : Signal.SIGCHLD;
  return names.reduce((bits, one) => bits | FLAGS[one], exitSignal);
}

/** More than any program has, and what exec takes at most. */
const programSize = (schema: z.ZodType<number>): z.ZodType<number> =>
  upTo(2 ** 24, "a size of at most 64G", schema);

const exec: z.ZodType<ExecArgs> = leaf(
  z.strictObject({
    exec: who("Whose program is replaced. Its mappings are then text, data and stack."),
    program: about(path, "Path of the new program.").default("/bin/true"),
    text: about(programSize(size), "Its code; 20 kB unless told.").default(5),
    data: about(programSize(sizeOrNone), "Its data; 8 kB unless told.").default(2),
    bss: about(
      programSize(sizeOrNone),
      "Its data that begins as zeroes; 4 kB unless told.",
    ).default(1),
    args: about(
      programSize(size),
      "What its arguments and environment fill; a page unless told.",
    ).default(1),
  }),
  "an exec",
  (given) => ({
    process: given.exec,
    program: given.program,
    textPages: given.text,
    dataPages: given.data,
    bssPages: given.bss,
    argPages: given.args,
  }),
);

const SIGNALS = Object.keys(Signal) as (keyof typeof Signal)[];

/** By verb; each takes its arguments and nothing else. */
export const processSteps: { readonly [V in ProcessVerb]: z.ZodType<StepArgs[V]> } = {
  fork,
  vfork,
  clone,
  exec,
  exit: leaf(
    z.strictObject({ exit: who("Which process ends, with all its threads."), status }),
    "an exit",
    (given) => ({ process: given.exit, status: given.status }),
  ),
  exitThread: leaf(
    z.strictObject({ exitThread: who("Which thread ends."), status }),
    "an exit",
    (given) => ({ process: given.exitThread, status: given.status }),
  ),
  kill: leaf(
    z.strictObject({
      kill: who("Which process a signal ends."),
      signal: about(oneOf(...SIGNALS), "SIGKILL unless told.").default("SIGKILL"),
    }),
    "a kill",
    (given) => ({ process: given.kill, signal: Signal[given.signal] }),
  ),
  wait: leaf(
    z.strictObject({
      wait: who("Which process takes word of a child that has ended; init has the orphans."),
      child: about(name, "Which child; any unless told.").exactOptional(),
    }),
    "a wait",
    (given) => ({ process: given.wait, child: given.child ?? null }),
  ),
  signal: leaf(
    z.strictObject({
      signal: who("Which process has a signal pending, for which it has a handler."),
      pending: about(yes, "False to say that it was handled.").default(true),
    }),
    "a signal",
    (given) => ({ process: given.signal, isPending: given.pending }),
  ),
  limit: leaf(
    z.strictObject({ limit: who("Whose limits change."), ...limitKeys }),
    "limits",
    ({ limit, ...limits }) => ({ process: limit, limits }),
  ),
};
