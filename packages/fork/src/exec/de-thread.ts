/**
 * Exec of a process with threads: only the caller survives, as the leader (SPEC §7.5/1).
 *
 * Then el6 notes the process's peak, with the charge for the arguments still in it (D8), and with
 * the whole peak of the parent for a vfork child (D9). When others do, says rules/exec-peak.ts.
 */
import { Errno, Signal } from "@forkpath/abi";
import { setmaxMmHiwaterRss } from "@forkpath/counters";
import {
  allocSleeping,
  type KernelThread,
  PointKind,
  type SchedulePoint,
  spinUnlockNow,
  stopAt,
  takeLeafLock,
  waitUntilReady,
} from "@forkpath/sync";
import { isGroupEnding, zapOtherThreads } from "../exit/group-exit.ts";
import { releaseTask } from "../exit/release-task.ts";
import { signalsPoint } from "../task/points.ts";
import { refuseBusy } from "../task/refuse.ts";
import { isGroupEmpty, isGroupLeader } from "../task/task.ts";
import type { ForkEnv, TaskStruct } from "../types.ts";

/**
 * @returns 0; -EAGAIN when the whole process is being killed; -ENOMEM, with the threads gone
 * @kernel de_thread in fs/exec.c
 */
export function* deThread(fe: ForkEnv, task: TaskStruct): KernelThread<number> {
  const { signal, mm } = task;
  if (fe.sync.interleaved) yield* stopAt(fe.sync, signalsPoint(task));
  if (!isGroupEmpty(task)) {
    if (isGroupEnding(signal)) return refuseBusy(fe.sync, "ends the whole process");
    signal.groupExitTask = task;
    yield* zapOtherThreads(fe, task);
    yield* waitForOthers(fe, task);
    if (!isGroupLeader(task)) becomeLeader(fe, task);
    signal.groupExitTask = null;
  }
  if (mm !== null && fe.rules.execPeak === "de_thread") {
    yield* setmaxMmHiwaterRss(fe.sync, mm.counters, signal);
  }
  if (fe.sync.interleaved) yield* stopAt(fe.sync, signalsPoint(task));
  return yield* unshareSighand(fe, task);
}

/** The dead leader keeps its pid until `task` has taken it over. */
function* waitForOthers({ sync }: ForkEnv, task: TaskStruct): KernelThread<void> {
  const { signal, groupLeader } = task;
  const rest = isGroupLeader(task) ? 1 : 2;
  const isAlone = (): boolean =>
    signal.count <= rest && (groupLeader === task || groupLeader.state === "zombie");
  const point: SchedulePoint = {
    kind: PointKind.WAIT,
    object: signal,
    of: { kind: "thread", owner: `${task.tgid}`, field: "threads" },
    label: `threads of ${task.tgid}`,
    ready: isAlone,
  };
  yield* waitUntilReady(sync, point);
}

/** Exchanges the pids, so that parents and /proc find the process where it was. */
function becomeLeader(fe: ForkEnv, task: TaskStruct): void {
  const leader = task.groupLeader;
  takeLeafLock(fe.sync, fe.tasklistLock, "de_thread");
  [task.pid, leader.pid] = [leader.pid, task.pid];
  fe.tasks.set(task.pid, task);
  fe.tasks.set(leader.pid, leader);
  task.groupLeader = task;
  leader.groupLeader = task;
  task.exitSignal = Signal.SIGCHLD;
  leader.state = "dead";
  spinUnlockNow(fe.sync, fe.tasklistLock, "de_thread");
  releaseTask(fe, leader);
}

/** Handlers are about to be reset: not those of others who share them. */
function* unshareSighand({ sync }: ForkEnv, task: TaskStruct): KernelThread<number> {
  const { sighand } = task;
  if (sighand.count === 1) return 0;
  if (!(yield* allocSleeping(sync, "sighand"))) return -Errno.ENOMEM;
  sighand.count--;
  task.sighand = { count: 1, sigchld: sighand.sigchld };
  return 0;
}
