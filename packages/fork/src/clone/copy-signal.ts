/** What a new task gets of signal_struct. */
import { CloneFlag, Errno } from "@forkpath/abi";
import { allocSleeping, type KernelThread } from "@forkpath/sync";
import { createSignal } from "../task/signal-struct.ts";
import type { Cloning } from "../types.ts";

/**
 * A process gets limits of its own, as its parent's are now, and statistics from zero. A thread
 * keeps its group's.
 * @returns 0 or -ENOMEM
 * @kernel copy_signal in kernel/fork.c
 */
export function* copySignal({ fe, current, child, flags }: Cloning): KernelThread<number> {
  if (flags & CloneFlag.THREAD) return 0;
  if (!(yield* allocSleeping(fe.sync, "signal"))) return -Errno.ENOMEM;
  const { rlimits, oomScoreAdj } = current.signal;
  child.signal = createSignal(rlimits, oomScoreAdj);
  return 0;
}
