/** The model's side: a session whose calls are taken down, on a machine like the real one. */
import type { Rlimits } from "@forkpath/fork";
import type { NewProcess } from "@forkpath/kernel";
import { openSession, type Scenario, type Session, type StepResult } from "@forkpath/scenario";
import { hearingKernel } from "./hearing-kernel.ts";
import type { Listener } from "./made-call.ts";
import type { ThisMachine } from "./this-machine.ts";

/** @param scenario on the machine that we run on */
export const openLiveSession = (
  scenario: Scenario,
  machine: ThisMachine,
  listener: Listener,
): Session =>
  openSession(scenario, {
    between: (kernel) => {
      const { initTask } = kernel.machine.fork;
      Object.assign(initTask.signal.rlimits, atMost(initTask.signal.rlimits, machine.hardLimits));
      return hearingKernel(kernel, listener, (options) => bornHere(options, machine));
    },
  });

/** The next step. Limits that it sets are none above the hard ones, as the kernel has it. */
export function nextStep(session: Session, { hardLimits }: ThisMachine): StepResult | undefined {
  const result = session.next();
  for (const { pid } of session.names()) {
    const task = session.kernel.machine.fork.tasks.get(pid);
    if (task === undefined) continue;
    Object.assign(task.signal.rlimits, atMost(task.signal.rlimits, hardLimits));
  }
  return result;
}

/** Without root, every process is the caller's, and has no privileges. */
function bornHere(options: NewProcess, { isRoot, hardLimits, uid }: ThisMachine): NewProcess {
  const { rlimits = {}, ...rest } = options;
  const limits = { rlimits: atMost(rlimits, hardLimits) };
  return isRoot ? { ...rest, ...limits } : { ...rest, ...limits, uid, caps: 0 };
}

/** Soft limits, none above the hard one. */
function atMost(soft: Partial<Rlimits>, hard: Partial<Rlimits>): Partial<Rlimits> {
  const limits = { ...soft };
  for (const name of Object.keys(limits) as (keyof Rlimits)[]) {
    limits[name] = Math.min(limits[name] as number, hard[name] ?? Number.POSITIVE_INFINITY);
  }
  return limits;
}
