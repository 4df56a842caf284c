/**
 * The moment of birth: the child becomes visible to everybody, under the task list's lock
 * (SPEC §6.3/31-35).
 *
 * A signal that came while the parent's memory was copied may be noticed only here: all the work is
 * thrown away, and in el6 the system call starts again (D11).
 */
import { CloneFlag } from "@forkpath/abi";
import { joinCounters } from "@forkpath/counters";
import { type KernelThread, spinUnlockNow, stopAt, takeLeafLock } from "@forkpath/sync";
import { signalsLookPoint, signalsPoint } from "../task/points.ts";
import { NO_EXIT_SIGNAL } from "../task/task.ts";
import type { Cloning } from "../types.ts";

const WHERE = "copy_process";

/**
 * @returns 0, -ERESTARTNOINTR or -EINTR
 * @kernel the last part of copy_process in kernel/fork.c
 */
export function* attachTask(cloning: Cloning): KernelThread<number> {
  const { fe, current, child } = cloning;
  const ask = fe.rules.signals.last;
  const isThread = (cloning.flags & CloneFlag.THREAD) !== 0;
  const point = isThread ? signalsPoint : signalsLookPoint;
  if ((isThread || ask !== null) && fe.sync.interleaved) yield* stopAt(fe.sync, point(current));
  takeLeafLock(fe.sync, fe.tasklistLock, WHERE);
  const status = ask === null ? 0 : ask(current);
  if (status === 0) {
    chooseParent(cloning);
    joinGroup(cloning);
    linkChild(cloning);
    fe.totalForks++;
    if (child.mm !== null) joinCounters(child.mm.counters, child.thread);
  }
  spinUnlockNow(fe.sync, fe.tasklistLock, WHERE);
  return status;
}

function chooseParent({ current, child, flags }: Cloning): void {
  const isSibling = (flags & (CloneFlag.PARENT | CloneFlag.THREAD)) !== 0;
  child.realParent = isSibling ? current.realParent : current;
  child.parent = child.realParent;
}

/** A thread joins the group of its maker; anybody else is the first of a new one. */
function joinGroup({ current, child, flags }: Cloning): void {
  const isThread = (flags & CloneFlag.THREAD) !== 0;
  child.exitSignal = isThread ? NO_EXIT_SIGNAL : flags & CloneFlag.CSIGNAL;
  child.tgid = isThread ? current.tgid : child.pid;
  child.groupLeader = isThread ? current.groupLeader : child;
  if (isThread) {
    child.signal.count++;
    child.signal.live++;
  }
  child.signal.threads.push(child);
}

function linkChild({ fe, child }: Cloning): void {
  child.realParent.children.push(child);
  child.activePidNs = child.nsproxy.pid;
  fe.tasks.set(child.pid, child);
  fe.nrThreads++;
}
