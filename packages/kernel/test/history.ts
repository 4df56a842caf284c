/**
 * A history as a list of steps, each a call with its arguments: `["fork", 2]`. A list can be
 * printed, and run again on a machine of the same kind.
 */
import { MapFlag, PAGE_SIZE } from "@forkpath/abi";
import { mismatchText } from "@forkpath/sync";
import type { Kernel } from "../src/index.ts";

export type Step = readonly [name: string, ...args: (number | string)[]];

/** @throws Error when the step itself finds something wrong */
type Run = (kernel: Kernel, ...args: never[]) => unknown;

/** What each kind of step does; addresses and lengths are bytes. */
const STEPS: Readonly<Record<string, Run>> = {
  start: (kernel: Kernel) => kernel.createProcess(),
  fork(kernel: Kernel, pid: number) {
    const checkFork = kernel.watchFork(pid);
    const child = kernel.fork(pid);
    const wrong = child > 0 ? checkFork(child) : [];
    if (wrong.length > 0) throw new Error(wrong.map(mismatchText).join("\n"));
  },
  /** vfork, then exit or exec of the child. */
  vforkExit(kernel: Kernel, pid: number) {
    const child = kernel.vfork(pid);
    if (child > 0) kernel.exit(child);
  },
  vforkExec(kernel: Kernel, pid: number, path: string) {
    const child = kernel.vfork(pid);
    if (child > 0 && kernel.execve(child, { path }) < 0) exitIfThere(kernel, child);
  },
  exec: (kernel: Kernel, pid: number, path: string) =>
    kernel.execve(pid, { path, argv: ["a", "b"] }),
  thread: (kernel: Kernel, pid: number, flags: number) => kernel.clone(pid, flags),
  exit: (kernel: Kernel, pid: number) => kernel.exitGroup(pid),
  wait: (kernel: Kernel, pid: number) => kernel.wait(pid),
  mmap: (kernel: Kernel, pid: number, len: number, flags: number) =>
    kernel.mmap(pid, { len, flags: flags | MapFlag.ANONYMOUS }),
  mmapFile(kernel: Kernel, pid: number, len: number, flags: number, path: string) {
    const isShmem = path.startsWith("/shm");
    const open = kernel.openFile(path, { sizePages: len / PAGE_SIZE, isShmem });
    return kernel.mmap(pid, { len, flags, open });
  },
  touch: (kernel: Kernel, pid: number, addr: number, letters: string) =>
    kernel.touch(pid, addr, letters),
  munmap: (kernel: Kernel, pid: number, addr: number, len: number) => kernel.munmap(pid, addr, len),
  mprotect: (kernel: Kernel, pid: number, addr: number, len: number, prot: number) =>
    kernel.mprotect(pid, addr, len, prot),
  madvise: (kernel: Kernel, pid: number, addr: number, len: number, advice: number) =>
    kernel.madvise(pid, addr, len, advice),
  mlock: (kernel: Kernel, pid: number, addr: number, len: number) => kernel.mlock(pid, addr, len),
  munlock: (kernel: Kernel, pid: number, addr: number, len: number) =>
    kernel.munlock(pid, addr, len),
  mremap: (kernel: Kernel, pid: number, addr: number, oldLen: number, newLen: number) =>
    kernel.mremap(pid, { addr, oldLen, newLen, flags: 1 }),
  truncate: (kernel: Kernel, pid: number, path: string, sizePages: number) =>
    kernel.truncate(pid, path, sizePages),
  reclaim: (kernel: Kernel, pid: number, start: number, end: number) =>
    kernel.reclaim(pid, { start, end }),
  migrate(kernel: Kernel, pid: number, addr: number, len: number) {
    kernel.migrateBegin(pid, addr, len);
    kernel.migrateEnd();
  },
  /** Area 0 is emptied, and comes back if that worked. */
  swapCycle(kernel: Kernel, pid: number, pages: number) {
    if (kernel.swapoff(pid, 0) === 0) kernel.swapon({ pages });
  },
  dropCaches: (kernel: Kernel) => kernel.dropCaches(),
  /** The n-th request for memory from here on is refused, in whatever step it comes. */
  refuse: (kernel: Kernel, index: number) => kernel.failAllocation(index),
};
/** Makes one step. Errnos are as good as successes: what counts is what is left behind. */
export function perform(kernel: Kernel, [name, ...args]: Step): void {
  const run = STEPS[name];
  if (run === undefined) throw new RangeError(`perform: name must be of a step, got ${name}`);
  run(kernel, ...(args as never[]));
}

/** An exec that failed late has killed its task. */
function exitIfThere(kernel: Kernel, pid: number): void {
  if (kernel.process(pid).state === "running") kernel.exitGroup(pid);
}

/** One step a line, as `replay` reads them. */
export const print = (steps: readonly Step[]): string =>
  steps.map((step) => JSON.stringify(step)).join("\n");

/** Runs what `print` has printed. */
export function replay(kernel: Kernel, text: string): void {
  for (const line of text.split("\n")) perform(kernel, JSON.parse(line) as Step);
}
