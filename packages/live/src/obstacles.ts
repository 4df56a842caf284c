/** What no real run can do, as far as the text tells. Of calls, the kernel that hears them does. */
import type { ProcessSpec, Scenario, Session, Step } from "@forkpath/scenario";
import type { ThisMachine } from "./this-machine.ts";

/** A step, or the state before the first, that cannot be done for real. */
export interface Obstacle {
  /** Of the file, counted from 1. */
  readonly line: number;
  /** The step, as reports call it. */
  readonly text: string;
  /** What keeps it from being done. */
  readonly why: string;
}

/** Verbs that make no call which could be heard of, and why they cannot be done. */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  race: "calls of a running kernel cannot be stopped half-way",
  resume: "calls of a running kernel cannot be stopped half-way",
  corrupt: "no swap map can be overwritten",
  script: "no function of a running kernel can be told what to answer",
  coreDump: "a core dump cannot be stopped half-way",
  signal: "no handler is there that a signal could wait for",
  overcommit: "it would change what this machine may promise",
  swapon: "it would change the swap of this machine",
  swapoff: "it would change the swap of this machine",
  movePages: "it would take a machine with several nodes",
  migrateBegin: "a migration cannot be stopped half-way",
  migrateEnd: "a migration cannot be stopped half-way",
  pin: "direct I/O does not hold its pages for as long as it is wanted",
  unpin: "direct I/O does not hold its pages for as long as it is wanted",
  poison: "a frame of this machine would be lost for good",
  dropCaches: "it would empty the caches of the whole machine",
};

/** Why the step cannot be done, wherever it stands. */
export function* whyNot(
  { action, failAllocation }: Step,
  session: Session,
  { canSetLimits }: ThisMachine,
): Generator<string> {
  const { verb, uses } = action;
  if (Object.hasOwn(IMPOSSIBLE, verb)) yield IMPOSSIBLE[verb];
  if (verb === "limit" && !canSetLimits && uses.some((who) => !isRoots(session, who))) {
    yield "limits of another user's process can only be set with CAP_SYS_RESOURCE";
  }
  if (failAllocation.length > 0) yield "no request for memory can be made to fail";
}

function isRoots({ kernel, names }: Session, who: unknown): boolean {
  const pid = names().find(({ name }) => name === who)?.pid ?? 0;
  return (kernel.machine.fork.tasks.get(pid)?.cred.user.uid ?? 0) === 0;
}

/** Of the machine that the scenario wants. */
export function machineObstacles({ machine }: Scenario): readonly Obstacle[] {
  if (machine.rules === undefined) return [];
  const why = "a running kernel has no rules that could be exchanged";
  return [{ line: 1, text: "machine", why }];
}

/** Of the processes that are there from the start. */
export const processObstacles = (
  { processes }: Scenario,
  machine: ThisMachine,
): readonly Obstacle[] =>
  [...processes].flatMap(([name, spec]) =>
    [...whyNoProcess(spec, machine)].map((why) => ({ line: spec.at.line, text: name, why })),
  );

function* whyNoProcess(
  { user, isAdmin, isKernelThread }: ProcessSpec,
  { isRoot }: ThisMachine,
): Generator<string> {
  if (isKernelThread) yield "a kernel thread cannot be made";
  if (!isRoot && user !== 0) yield "only root can make processes of another user";
  if (isRoot && isAdmin !== (user === 0)) {
    yield "processes have all capabilities as root, and none as another user";
  }
}
