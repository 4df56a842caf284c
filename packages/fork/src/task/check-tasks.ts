/**
 * Recounts what tasks and the things that they share keep twice, the slow way.
 *
 *    nr_threads, pids in use       against the tasks that are not released
 *    each pid                      against the task that it leads to
 *    user.processes                against the tasks of the user
 *    signal.count, signal.live     against the thread group, which has one leader
 *    files, fs, sighand, nsproxy   against the tasks that share each
 *    mm_users, oom_disable_count   against the tasks that use each mm
 *    mm_count                      one for all users, and one for each task that borrows the mm
 *    children                      against the parent of each task
 */
import type { MmStruct } from "@forkpath/mm";
import { compareKept, MACHINE, type Mismatch } from "@forkpath/sync";
import type { ForkEnv, SignalStruct, TaskStruct } from "../types.ts";
import { OOM_SCORE_ADJ_MIN } from "./signal-struct.ts";
import { isExiting, isGroupLeader } from "./task.ts";

type Tasks = readonly TaskStruct[];

/**
 * Requires that no task is inside the kernel.
 * @modelOnly a recount
 * @example
 * ```ts
 * import { checkTasks, createForkEnv } from "@forkpath/fork";
 * import { createMmEnv } from "@forkpath/mm";
 * const fe = createForkEnv(createMmEnv({ memoryPages: 4096 }));
 * fe.nrThreads++;
 * console.log(checkTasks(fe)[0]?.field); // nr_threads
 * ```
 */
export function checkTasks(fe: ForkEnv): readonly Mismatch[] {
  const tasks = [...fe.tasks.values()];
  return [
    ...tell(MACHINE, "nr_threads", fe.nrThreads, tasks.length),
    ...tell(MACHINE, "pids in use", fe.pidMap.used.size, tasks.length),
    ...[...fe.tasks].flatMap(([pid, task]) => checkPid(fe, pid, task)),
    ...sharers(tasks, ({ cred }) => cred.user).flatMap(([user, { length }]) =>
      tell(`user ${user.uid}`, "processes", user.processes, length),
    ),
    ...sharers(tasks, ({ signal }) => signal).flatMap(checkGroup),
    ...sharers(tasks, ({ sighand }) => sighand).flatMap(([sighand, sharing]) =>
      tell(`sighand of ${sharing[0].pid}`, "count", sighand.count, sharing.length),
    ),
    ...checkShared(tasks.filter(isAlive)),
    ...checkMms(tasks),
    ...tasks.flatMap((task) => checkFamily(fe, task)),
  ];
}

const isAlive = (task: TaskStruct): boolean => !isExiting(task);

/** The pid is taken, and leads to the task that has it. */
const checkPid = ({ pidMap }: ForkEnv, pid: number, task: TaskStruct): readonly Mismatch[] => [
  ...tell(`pid ${pid}`, "entry", pidMap.used.has(pid) ? "used" : "free", "used"),
  ...tell(`pid ${pid}`, "task", `task ${task.pid}`, `task ${pid}`),
];

function checkGroup([signal, threads]: readonly [SignalStruct, Tasks]): readonly Mismatch[] {
  const owner = `group ${threads[0].tgid}`;
  const leaders = threads.filter(isGroupLeader).length;
  return [
    ...tell(owner, "signal.count", signal.count, threads.length),
    ...tell(owner, "signal.threads", signal.threads.length, threads.length),
    ...tell(owner, "signal.live", signal.live, threads.filter(isAlive).length),
    ...(leaders === 1 ? [] : tell(owner, "leaders", leaders, "one")),
  ];
}

/** A task that has exited holds none of these. */
const checkShared = (tasks: Tasks): readonly Mismatch[] => [
  ...sharers(tasks, ({ files }) => files).flatMap(
    ([
      files,
      {
        0: { pid },
        length,
      },
    ]) => (files === null ? [] : tell(`files of ${pid}`, "count", files.count, length)),
  ),
  ...sharers(tasks, ({ fs }) => fs).flatMap(
    ([
      fs,
      {
        0: { pid },
        length,
      },
    ]) => tell(`fs of ${pid}`, "users", fs.users, length),
  ),
  ...sharers(tasks, ({ nsproxy }) => nsproxy).flatMap(
    ([
      nsproxy,
      {
        0: { pid },
        length,
      },
    ]) => tell(`nsproxy of ${pid}`, "count", nsproxy.count, length),
  ),
];

/** Each address space that a task uses or borrows. A swapoff under way is a user too. */
function checkMms(tasks: Tasks): readonly Mismatch[] {
  const mms = new Set<MmStruct | null>(tasks.flatMap(({ mm, activeMm }) => [mm, activeMm]));
  return [...mms].flatMap((mm) => {
    if (mm === null) return [];
    const users = tasks.filter((task) => task.mm === mm);
    const unkillable = users.filter(({ signal }) => signal.oomScoreAdj === OOM_SCORE_ADJ_MIN);
    const borrowers = tasks.filter((task) => task.mm !== mm && task.activeMm === mm);
    const isUsed = users.length + mm.swapoffs > 0;
    const references = (isUsed ? 1 : 0) + borrowers.length;
    return [
      ...tell(mm.name, "mm_users", mm.mmUsers, users.length + mm.swapoffs),
      ...tell(mm.name, "mm_count", mm.mmCount, references),
      ...tell(mm.name, "oom_disable_count", mm.oomDisableCount, unkillable.length),
    ];
  });
}

/** The task is once among its parent's children, and the parent is there. */
function checkFamily({ tasks, initTask }: ForkEnv, task: TaskStruct): readonly Mismatch[] {
  if (task === initTask) return [];
  const { pid, realParent } = task;
  const links = realParent.children.filter((child) => child === task).length;
  const isThere = tasks.get(realParent.pid) === realParent;
  return [
    ...(links === 1 ? [] : tell(`task ${pid}`, `links to ${realParent.pid}`, links, "one")),
    ...tell(`task ${pid}`, "parent", isThere ? "there" : `${realParent.pid}, released`, "there"),
  ];
}

/** What tasks share, each with the tasks that share it. */
function sharers<Shared>(
  tasks: Tasks,
  sharedBy: (task: TaskStruct) => Shared,
): (readonly [Shared, Tasks])[] {
  const groups = new Map<Shared, TaskStruct[]>();
  for (const task of tasks) {
    const shared = sharedBy(task);
    const group = groups.get(shared);
    if (group === undefined) groups.set(shared, [task]);
    else group.push(task);
  }
  return [...groups];
}

const tell = (
  owner: string,
  field: string,
  kept: number | string,
  counted: number | string,
): readonly Mismatch[] => compareKept("tasks", owner, field, kept, counted);
