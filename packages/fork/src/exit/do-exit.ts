/**
 * exit: the last steps of a task, in the order that memory accounting depends on (SPEC §8.1).
 *
 * The peak is taken while the address space is still there, and only by the last thread.
 */
import { setmaxMmHiwaterRss, syncMmRssSteps } from "@forkpath/counters";
import { EventClass, emit } from "@forkpath/events";
import {
  type KernelThread,
  makePoint,
  PointKind,
  type SchedulePoint,
  stopAt,
  traced,
} from "@forkpath/sync";
import { exitNamespaces } from "../task/namespaces.ts";
import { filesPoint, fsPoint, signalsPoint } from "../task/points.ts";
import { exitFiles, exitFs } from "../task/shared-structs.ts";
import { isExiting, TaskFlag } from "../task/task.ts";
import type { ForkEnv, TaskStruct } from "../types.ts";
import { dropActiveMm, exitMm } from "./exit-mm.ts";
import { exitNotify } from "./exit-notify.ts";

/**
 * Ends `task`, which becomes a zombie, or is gone at once if its parent wants no word of it.
 * @param code as wait reports it: the exit status in bits 8 to 15, a signal in bits 0 to 6
 * @throws RangeError for init, or a task that exits already
 * @kernel do_exit in kernel/exit.c
 */
export const doExit = (fe: ForkEnv, task: TaskStruct, code: number): KernelThread<void> =>
  traced(fe.sync, "do_exit", exitTask(fe, task, code), { pid: task.pid });

function* exitTask(fe: ForkEnv, task: TaskStruct, code: number): KernelThread<void> {
  expectMayExit(fe, task);
  const { sync } = fe;
  const { signal, pid, parent } = task;
  task.flags |= TaskFlag.EXITING;
  if (sync.interleaved) yield* stopAt(sync, livePoint(task));
  const isLast = --signal.live === 0;
  if (task.mm !== null) yield* syncMmRssSteps(sync, task.mm.counters, task.thread);
  if (isLast && task.mm !== null) {
    yield* setmaxMmHiwaterRss(sync, task.mm.counters, signal);
  }
  task.exitCode = code;
  yield* traced(sync, "exit_mm", exitMm(fe, task));
  if (sync.interleaved && task.files !== null) yield* stopAt(sync, filesPoint(task.files));
  exitFiles(task);
  if (sync.interleaved) yield* stopAt(sync, fsPoint(task));
  exitFs(task);
  exitNamespaces(task);
  if (sync.interleaved) yield* stopAt(sync, deathPoint(task));
  exitNotify(fe, task);
  if (sync.traced & EventClass.TASK) {
    emit(sync, { kind: "task", what: "exit", pid, other: parent.pid });
  }
  dropActiveMm(fe, task);
}

/**
 * exit(2): ends the calling thread alone.
 * @kernel sys_exit in kernel/exit.c
 * @example
 * ```ts
 * import { createForkEnv, createProcess, sysExit } from "@forkpath/fork";
 * import { createMmEnv } from "@forkpath/mm";
 * import { runToCompletion } from "@forkpath/sync";
 * const fe = createForkEnv(createMmEnv({ memoryPages: 4096 }));
 * const server = createProcess(fe, { comm: "redis" });
 * if (typeof server === "number") throw new Error("no memory");
 * runToCompletion(sysExit(fe, server, 0));
 * console.log(server.state, server.mm); // zombie null
 * ```
 */
export const sysExit = (fe: ForkEnv, task: TaskStruct, status: number): KernelThread<void> =>
  doExit(fe, task, exitStatus(status));

/**
 * An exit status as wait reports it.
 * @kernel the shift in sys_exit in kernel/exit.c
 */
export const exitStatus = (status: number): number => (status & 0xff) << 8;

function expectMayExit(fe: ForkEnv, task: TaskStruct): void {
  if (task === fe.initTask) {
    throw new RangeError("doExit: any task but init was wanted: the kernel panics without it");
  }
  if (isExiting(task)) {
    throw new RangeError(
      `doExit: a live task was wanted, got pid ${task.pid}, which exits already`,
    );
  }
}

/** A thread that lives on takes the children, and the parent may be waiting for this one. */
function deathPoint(task: TaskStruct): SchedulePoint {
  const point = signalsPoint(task);
  const renew = (): SchedulePoint => ({
    ...point,
    reads: [task.parent.signal, task.realParent.signal],
    renew,
  });
  return renew();
}

const livePoint = ({ signal, tgid }: TaskStruct): SchedulePoint =>
  makePoint(
    PointKind.ATOMIC,
    signal,
    { kind: "field", owner: `${tgid}`, field: "signal->live" },
    `signal->live of ${tgid}`,
  );
