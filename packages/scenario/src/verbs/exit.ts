/** exit, of a process or of one thread; and wait, which takes word of it. */
import type { WaitResult } from "@forkpath/fork";
import * as z from "zod/mini";
import { about, integer, name } from "../format/leaves.ts";
import { INIT } from "../format/process.ts";
import { callOf } from "../world/call.ts";
import { outcomeOfStatus, WAITS } from "../world/outcome.ts";
import { callerPid, hasOrphans, initPid, pidOf } from "../world/who.ts";
import { ownCall } from "./ranges.ts";
import { by, defineVerb, type Verb } from "./verb.ts";

const status = z._default(about(integer(0, 255), "Exit status."), 0);

export const exit: Verb = defineVerb(
  { exit: about(name, "Which process ends, with all its threads."), status },
  (given) => ({
    ...by(given.exit),
    threads: "ended",
    calls: ownCall(given.exit, (kernel, pid) =>
      callOf(kernel, pid, "exitGroup", pid, given.status),
    ),
  }),
  [[5, ({ caller }) => ({ exit: caller.name })]],
);

export const exitThread: Verb = defineVerb(
  { exitThread: about(name, "Which thread ends."), status },
  (given) => ({
    ...by(given.exitThread),
    calls: ownCall(given.exitThread, (kernel, pid) =>
      callOf(kernel, pid, "exit", pid, given.status),
    ),
  }),
  [[3, ({ caller, random }) => ({ exitThread: caller.name, status: random.below(3) })]],
);

export const wait: Verb = defineVerb(
  {
    wait: about(name, "Which process takes word of a child that has ended; init has the orphans."),
    child: z.exactOptional(about(name, "Which child; by default any.")),
  },
  ({ wait: process, child }) => ({
    text: process,
    // Init need not be declared to take word of the orphans; it does nothing else.
    uses: [...(process === INIT ? [] : [process]), ...(child === undefined ? [] : [child])],
    calls(world) {
      const isDeclared = world.processes.has(process);
      const pid = isDeclared ? callerPid(world, process) : initPid(world, process);
      const options = child === undefined ? [] : [pidOf(world, child)];
      return [callOf(world.kernel, pid, "wait", pid, ...options)];
    },
    settle(world, answers) {
      const result = answers.at(-1) as WaitResult;
      if (result.pid === 0) return WAITS;
      for (const [one, { pid }] of world.processes) {
        if (pid === result.pid && !world.reaped.has(one)) world.reaped.set(one, result);
      }
      return outcomeOfStatus(result.pid);
    },
  }),
  [
    [10, ({ caller }) => ({ wait: caller.name })],
    [3, ({ world }) => (hasOrphans(world) ? { wait: INIT } : null)],
  ],
);
