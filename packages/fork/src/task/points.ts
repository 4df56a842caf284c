/** Schedule points of what the threads of a process share, and others look at. */
import { makePoint, PointKind, type SchedulePoint } from "@forkpath/sync";
import type { FilesStruct, TaskStruct } from "../types.ts";

const signalPoint = (kind: PointKind, { signal, tgid }: TaskStruct): SchedulePoint =>
  makePoint(
    kind,
    signal,
    { kind: "signal", owner: `${tgid}`, field: "signals" },
    `signals of ${tgid}`,
  );

/**
 * A step that sends a signal to the process of `task`, or acts on one.
 * @modelOnly a scheduler's view of a hold of siglock
 */
export const signalsPoint = (task: TaskStruct): SchedulePoint =>
  signalPoint(PointKind.ATOMIC, task);

/**
 * A step that looks whether a signal is pending.
 * @modelOnly a scheduler's view of signal_pending in include/linux/sched.h
 */
export const signalsLookPoint = (task: TaskStruct): SchedulePoint =>
  signalPoint(PointKind.LOAD, task);

/**
 * A step on who is in exec, or shares the directories of `task`.
 * @modelOnly a scheduler's view of a hold of the lock of fs_struct
 */
export const fsPoint = ({ fs, signal, tgid }: TaskStruct): SchedulePoint => ({
  ...makePoint(PointKind.ATOMIC, fs, { kind: "field", owner: `${tgid}`, field: "in_exec" }),
  reads: [signal], // exec counts the threads that share it
});

/**
 * A step on how many tasks share open files.
 * @modelOnly a scheduler's view of files->count
 */
export const filesPoint = (files: FilesStruct): SchedulePoint =>
  makePoint(PointKind.ATOMIC, files, { kind: "field", owner: "", field: "files" });
