/** Where a fork looks for a signal to the task that forks: rules/signals.ts says where. */
import { type KernelThread, stopAt } from "@forkpath/sync";
import type { ForkEnv, SignalCheck, TaskStruct } from "../types.ts";
import { signalsLookPoint } from "./points.ts";

/**
 * @returns 0, or the errno that ends the fork
 * @kernel signal_pending and fatal_signal_pending in include/linux/sched.h, as fork calls them
 */
export function* askSignals(
  { sync, rules }: ForkEnv,
  current: TaskStruct,
  check: SignalCheck,
): KernelThread<number> {
  const ask = rules.signals[check];
  if (ask === null) return 0;
  if (sync.interleaved) yield* stopAt(sync, signalsLookPoint(current));
  return ask(current);
}
