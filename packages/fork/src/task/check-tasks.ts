/**
 * Recounts what tasks and the things that they share keep twice, the slow way.
 *
 *    user.processes, nr_threads, pids in use     against the tasks that are not released
 *    signal.count, signal.live                   against the thread groups
 *    counts of files, fs, sighand, nsproxy       against the tasks that share each
 *    mm_users, oom_disable_count                 against the tasks that use each mm
 */
import type { MmStruct } from "@forkpath/mm";
import type { ForkEnv, TaskStruct } from "../types.ts";
import { OOM_SCORE_ADJ_MIN } from "./signal-struct.ts";
import { isExiting, isGroupLeader } from "./task.ts";

/**
 * One line for each mismatch; empty when all holds. Requires that no task is inside the kernel.
 * @modelOnly a recount
 */
export function checkTasks(fe: ForkEnv): readonly string[] {
  const tasks = [...fe.tasks.values()];
  return [
    ...expectEqual("nr_threads", fe.nrThreads, tasks.length),
    ...expectEqual("pids in use", fe.pidMap.used.size, tasks.length),
    ...tasks.filter(({ pid }) => !fe.pidMap.used.has(pid)).map(({ pid }) => `pid ${pid} is free`),
    ...checkUsers(tasks),
    ...checkGroups(tasks),
    ...checkShared(tasks.filter(isAlive)),
    ...[...countBy(tasks, ({ sighand }) => sighand)].flatMap(([sighand, count]) =>
      expectEqual("sighand.count", sighand.count, count),
    ),
    ...checkMms(tasks),
    ...tasks.flatMap((task) => checkFamily(fe, task)),
  ];
}

const isAlive = (task: TaskStruct): boolean => !isExiting(task);

function checkUsers(tasks: readonly TaskStruct[]): string[] {
  return [...countBy(tasks, ({ cred }) => cred.user)].flatMap(([user, count]) =>
    expectEqual(`processes of user ${user.uid}`, user.processes, count),
  );
}

function checkGroups(tasks: readonly TaskStruct[]): string[] {
  return [...countBy(tasks, ({ signal }) => signal)].flatMap(([signal, count]) => {
    const name = `group of ${signal.threads[0]?.tgid}`;
    return [
      ...expectEqual(`${name}: count`, signal.count, count),
      ...expectEqual(`${name}: threads`, signal.threads.length, count),
      ...expectEqual(`${name}: live`, signal.live, signal.threads.filter(isAlive).length),
      ...expectEqual(`${name}: leaders`, signal.threads.filter(isGroupLeader).length, 1),
    ];
  });
}

/** A task that has exited holds none of these but its sighand. */
function checkShared(tasks: readonly TaskStruct[]): string[] {
  const lines: string[] = [];
  for (const [files, count] of countBy(tasks, ({ files }) => files)) {
    if (files !== null) lines.push(...expectEqual("files.count", files.count, count));
  }
  for (const [fs, count] of countBy(tasks, ({ fs }) => fs)) {
    lines.push(...expectEqual("fs.users", fs.users, count));
  }
  for (const [nsproxy, count] of countBy(tasks, ({ nsproxy }) => nsproxy)) {
    lines.push(...expectEqual("nsproxy.count", nsproxy.count, count));
  }
  return lines;
}

function checkMms(tasks: readonly TaskStruct[]): string[] {
  const protectedTasks = tasks.filter(({ signal }) => signal.oomScoreAdj === OOM_SCORE_ADJ_MIN);
  const unkillable = countBy(protectedTasks, ({ mm }) => mm);
  return [...countBy(tasks, ({ mm }) => mm)].flatMap(([mm, count]) =>
    mm === null ? [] : checkMmUsers(mm, count, unkillable.get(mm) ?? 0),
  );
}

const checkMmUsers = (mm: MmStruct, users: number, unkillable: number): string[] => [
  ...expectEqual(`${mm.name}: mm_users`, mm.mmUsers, users + mm.swapoffs),
  ...expectEqual(`${mm.name}: oom_disable_count`, mm.oomDisableCount, unkillable),
];

function checkFamily(fe: ForkEnv, task: TaskStruct): string[] {
  if (task === fe.initTask) return [];
  const { pid, realParent } = task;
  const links = realParent.children.filter((child) => child === task).length;
  return [
    ...expectEqual(`links of ${pid} to its parent`, links, 1),
    ...(fe.tasks.get(realParent.pid) === realParent ? [] : [`parent of ${pid} is gone`]),
  ];
}

function countBy<Key>(
  tasks: readonly TaskStruct[],
  keyOf: (task: TaskStruct) => Key,
): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const task of tasks) counts.set(keyOf(task), (counts.get(keyOf(task)) ?? 0) + 1);
  return counts;
}

const expectEqual = (what: string, kept: number, counted: number): string[] =>
  kept === counted ? [] : [`${what} is ${kept}, but ${counted} counted`];
