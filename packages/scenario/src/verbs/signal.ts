/** Signals, one that ends a process and one that a handler waits for; and where a task runs. */
import { Signal } from "@forkpath/abi";
import * as z from "zod/mini";
import { about, integer, name, oneOf, yes } from "../format/leaves.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { outcomeOfStatus, WAITS } from "../world/outcome.ts";
import { findProcess, pidOf, taskOf } from "../world/who.ts";
import { atOnce, by, defineVerb, type Verb } from "./verb.ts";

const SIGNALS = Object.keys(Signal) as (keyof typeof Signal)[];
const DEADLY: typeof SIGNALS = ["SIGKILL", "SIGTERM", "SIGHUP"];

export const kill: Verb = defineVerb(
  {
    kill: about(name, "Which process a signal ends."),
    signal: z._default(about(oneOf(...SIGNALS), "By default SIGKILL."), "SIGKILL"),
  },
  ({ kill: process, signal }) => ({
    ...by(process),
    threads: "killed",
    calls(world) {
      const { kernel } = world;
      const pid = pidOf(world, process);
      return [
        {
          pid: null,
          make: () => kernel.kill(pid, Signal[signal]),
          thread: () => kernel.killSteps(pid, Signal[signal]),
        },
      ];
    },
    settle: (_world, [isDead]) => (isDead === true ? outcomeOfStatus(0) : WAITS),
  }),
  // The process may be another than the caller, and may be waiting.
  [[2, ({ living, random }) => ({ kill: random.pick(living).name, signal: random.pick(DEADLY) })]],
);

export const onCpu: Verb = defineVerb(
  {
    onCpu: about(name, "Which task runs on another CPU from now on, and whoever it makes."),
    cpu: about(integer(0, 4095), "Which one, counted from 0."),
  },
  ({ onCpu: process, cpu }) => ({
    ...by(process),
    text: `${process} ${cpu}`,
    ...atOnce((world) => {
      const { nrCpus } = world.kernel.machine.config;
      if (cpu >= nrCpus) throw new CannotRun(`the machine has ${nrCpus} CPUs`);
      world.kernel.setCpu(pidOf(world, process), cpu);
    }),
  }),
  [],
  [
    [
      8,
      ({ world, caller, random }) => ({
        onCpu: caller.name,
        cpu: random.below(world.kernel.machine.config.nrCpus),
      }),
    ],
  ],
);

export const signal: Verb = defineVerb(
  {
    signal: about(name, "Which process has a signal pending, for which it has a handler."),
    pending: z.exactOptional(about(yes, "False to say that it was handled.")),
    sigchld: z.exactOptional(
      about(
        oneOf("default", "ignored", "nocldwait"),
        "Instead: what it does from now on about the death of a child.",
      ),
    ),
  },
  ({ signal: process, sigchld, pending }) => ({
    ...by(process),
    ...atOnce((world) => {
      if (sigchld === undefined || pending !== undefined) {
        world.kernel.setSignalPending(pidOf(world, process), pending ?? true);
      }
      const sighand = taskOf(world, findProcess(world, process))?.sighand;
      if (sighand === undefined || sigchld === undefined) return;
      sighand.sigchld = sigchld === "ignored" ? "ignore" : sigchld;
    }),
  }),
  [[2, ({ caller }) => ({ signal: caller.name })]],
);
