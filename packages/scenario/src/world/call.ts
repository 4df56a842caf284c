/**
 * One call of the kernel that a step comes to, not made yet: a step makes it at once, a race steps
 * through it.
 */
import type { Kernel, Threads } from "@forkpath/kernel";
import { type KernelThread, runToCompletion } from "@forkpath/sync";

/** A call, and the task that will make it. */
export interface PlannedCall {
  /** The task that makes it; null for the kernel itself. */
  readonly pid: number | null;
  /** Makes the call, and goes as far as it gets alone. */
  make(): unknown;
  /** The call as a thread that has not begun. */
  thread(): KernelThread<unknown>;
}

/** A call of the kernel's interface, made by `pid`. */
export function callOf<Name extends keyof Threads>(
  kernel: Kernel,
  pid: number | null,
  name: Name,
  ...args: Parameters<Threads[Name]>
): PlannedCall {
  const make = kernel[name] as (...args: Parameters<Threads[Name]>) => unknown;
  const thread = kernel.threads[name] as (
    ...args: Parameters<Threads[Name]>
  ) => KernelThread<unknown>;
  return { pid, make: () => make(...args), thread: () => thread(...args) };
}

/** Any other path of the kernel, which never has to wait. */
export const pathOf = (pid: number | null, thread: () => KernelThread<unknown>): PlannedCall => ({
  pid,
  make: () => runToCompletion(thread()),
  thread,
});
