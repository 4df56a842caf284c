/** Steps that make and end processes. */
import { CloneFlag, PAGE_SIZE, STACK_TOP_MAX, VmFlag } from "@forkpath/abi";
import type { WaitResult } from "@forkpath/fork";
import { type CloneArgs, type ExecArgs, type ForkArgs, nameOfRound } from "../format/step.ts";
import { callOf } from "./call.ts";
import { CannotRun } from "./cannot-run.ts";
import { type Outcome, outcomeOfStatus, WAITS } from "./outcome.ts";
import { immediate, plain, statusOf, type VerbRunner, type VerbRunners } from "./verb.ts";
import { addProcess, callerPid, findProcess, initPid, memoryOf, pidOf, taskOf } from "./who.ts";
import {
  type AddressSpace,
  copyAddressSpace,
  createAddressSpace,
  type LiveMapping,
  type LiveProcess,
  type World,
} from "./world.ts";

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

/** A call that makes a child, and gives it a name. */
function birth<Args extends ForkArgs>(
  calls: VerbRunner<Args>["calls"],
  isSpaceShared: (args: Args) => boolean,
): VerbRunner<Args> {
  return {
    calls,
    settle(world, args, answers, round) {
      const pid = statusOf(answers);
      if (pid < 0) return outcomeOfStatus(pid);
      const name = nameOfRound(args.as, round);
      if (world.processes.has(name)) throw new CannotRun(`the name ${name} is taken`);
      const { space, pid: parent } = findProcess(world, args.process);
      addProcess(world, name, pid, isSpaceShared(args) ? space : copyAddressSpace(space));
      return world.kernel.isBlocked(parent) ? WAITS : outcomeOfStatus(pid);
    },
  };
}

const SEPARATE = (): boolean => false;
const SHARED = (): boolean => true;

const exec: VerbRunner<ExecArgs> = {
  calls(world, args) {
    const { program, textPages, dataPages, bssPages } = args;
    const pid = callerPid(world, args.process);
    const argv = argumentStrings(args);
    const options = { path: program, textPages, dataPages, bssPages, argv };
    return [callOf(world.kernel, pid, "execve", pid, options)];
  },
  settle(world, args, answers) {
    const status = statusOf(answers);
    if (status !== 0) return outcomeOfStatus(status);
    const process = survivorOf(world, findProcess(world, args.process));
    process.space = programSpace(world, process);
    return outcomeOfStatus(status);
  },
};

/** Who goes on under which name after an exec: that of the process, if a thread has called it. */
function survivorOf({ processes }: World, caller: LiveProcess): LiveProcess {
  const { pid } = caller.task;
  return (
    [...processes.values()].find(
      (one) => one.pid === pid && one.task.signal === caller.task.signal,
    ) ?? caller
  );
}

/** No string may be longer than 32 pages. */
const LONGEST_STRING = 31 * PAGE_SIZE;
/** Room for what the kernel itself puts on the stack's last page. */
const LEFT_FREE = 512;

/** Strings that fill so many pages of the stack, together with the path. */
function argumentStrings({ program, argPages }: ExecArgs): string[] {
  const bytes = argPages * PAGE_SIZE - LEFT_FREE - program.length;
  const longest = "x".repeat(LONGEST_STRING - 1); // one for all: there may be thousands
  const strings = new Array<string>(Math.floor(bytes / LONGEST_STRING)).fill(longest);
  const rest = bytes % LONGEST_STRING;
  return rest > 1 ? [...strings, "x".repeat(rest - 1)] : strings;
}

/** The mappings that exec has made, under the names of a program's segments. */
function programSpace(world: World, process: LiveProcess): AddressSpace {
  const { layout, vmas } = memoryOf(world, process);
  const stack = vmas.find(({ flags }) => flags & VmFlag.GROWSDOWN);
  const top = stack?.end ?? STACK_TOP_MAX;
  const segment = (start: number, end: number): LiveMapping => ({
    start,
    pages: (end - start) / PAGE_SIZE,
  });
  return {
    ...createAddressSpace(),
    mappings: new Map([
      ["text", segment(layout.startCode, layout.endCode)],
      ["data", segment(layout.startData, layout.endData)],
      ["bss", segment(layout.endData, layout.startBrk)],
      ["stack", segment(stack?.start ?? top, top)],
    ]),
  };
}

const wait: VerbRunner<{ process: string; child: string | null }> = {
  calls(world, { process, child }) {
    const pid = world.processes.has(process) ? callerPid(world, process) : initPid(world, process);
    const options = child === null ? [] : [pidOf(world, child)];
    return [callOf(world.kernel, pid, "wait", pid, ...options)];
  },
  settle(world, _args, answers): Outcome {
    const result = answers.at(-1) as WaitResult;
    if (result.pid === 0) return WAITS;
    for (const [name, { pid }] of world.processes) {
      if (pid === result.pid && !world.reaped.has(name)) world.reaped.set(name, result);
    }
    return outcomeOfStatus(result.pid);
  },
};

export const processVerbs: VerbRunners<ProcessVerb> = {
  fork: birth<ForkArgs>((world, { process }) => {
    const pid = callerPid(world, process);
    return [callOf(world.kernel, pid, "fork", pid)];
  }, SEPARATE),
  vfork: birth<ForkArgs>((world, { process }) => {
    const pid = callerPid(world, process);
    return [callOf(world.kernel, pid, "vfork", pid)];
  }, SHARED),
  clone: birth<CloneArgs>(
    (world, { process, flags }) => {
      const pid = callerPid(world, process);
      return [callOf(world.kernel, pid, "clone", pid, flags)];
    },
    ({ flags }) => (flags & CloneFlag.VM) !== 0,
  ),
  exec,
  exit: plain((world, { process, status }) => {
    const pid = callerPid(world, process);
    return [callOf(world.kernel, pid, "exitGroup", pid, status)];
  }),
  exitThread: plain((world, { process, status }) => {
    const pid = callerPid(world, process);
    return [callOf(world.kernel, pid, "exit", pid, status)];
  }),
  kill: {
    calls: () => [],
    settle(world, { process, signal }) {
      return world.kernel.kill(pidOf(world, process), signal) ? outcomeOfStatus(0) : WAITS;
    },
  },
  wait,
  signal: immediate((world, { process, isPending }) =>
    world.kernel.setSignalPending(pidOf(world, process), isPending),
  ),
  limit: immediate((world, { process, limits }) => {
    const task = taskOf(world, findProcess(world, process));
    if (task === undefined) throw new CannotRun(`${process} has ended`);
    Object.assign(task.signal.rlimits, limits);
  }),
};
