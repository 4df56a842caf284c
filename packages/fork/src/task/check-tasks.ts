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
import { MACHINE, type Mismatch, tellKept } from "@forkpath/sync";
import type { ForkEnv, SignalStruct, TaskStruct, UserStruct } from "../types.ts";
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
  const alive = tasks.filter((task) => !isExiting(task));
  const wrong: Mismatch[] = [];
  tellKept(wrong, "tasks", MACHINE, "nr_threads", fe.nrThreads, tasks.length);
  tellKept(wrong, "tasks", MACHINE, "pids in use", fe.pidMap.used.size, tasks.length);
  for (const [pid, task] of fe.tasks) checkPid(fe, pid, task, wrong);
  checkShared(tasks, USER, wrong);
  checkGroups(tasks, wrong);
  checkShared(tasks, SIGHAND, wrong);
  // A task that has exited holds none of these.
  checkShared(alive, FILES, wrong);
  checkShared(alive, FS, wrong);
  checkShared(alive, NSPROXY, wrong);
  checkMms(tasks, wrong);
  for (const task of tasks) checkFamily(fe, task, wrong);
  return wrong;
}

/** The pid is taken, and leads to the task that has it. */
function checkPid({ pidMap }: ForkEnv, pid: number, task: TaskStruct, wrong: Mismatch[]): void {
  if (!pidMap.used.has(pid)) tellKept(wrong, "tasks", `pid ${pid}`, "entry", "free", "used");
  if (task.pid !== pid)
    tellKept(wrong, "tasks", `pid ${pid}`, "task", `task ${task.pid}`, `task ${pid}`);
}

/** What tasks share, and where it keeps how many of them do. */
interface Kind<Shared> {
  of(task: TaskStruct): Shared | null;
  keptIn(shared: Shared): number;
  readonly field: string;
  /** What to call it, by the first task that shares it. */
  nameOf(first: TaskStruct): string;
}

const USER: Kind<UserStruct> = {
  of: ({ cred }) => cred.user,
  keptIn: ({ processes }) => processes,
  field: "processes",
  nameOf: ({ cred }) => `user ${cred.user.uid}`,
};

/** What a task has a pointer to, and counts its users itself. */
const counted = <Field extends string, Shared extends Readonly<Record<Field, number>>>(
  what: string,
  field: Field,
  of: (task: TaskStruct) => Shared | null,
): Kind<Shared> => ({
  of,
  keptIn: (shared) => shared[field],
  field,
  nameOf: ({ pid }) => `${what} of ${pid}`,
});
const SIGHAND = counted("sighand", "count", ({ sighand }) => sighand);
const FILES = counted("files", "count", ({ files }) => files);
const FS = counted("fs", "users", ({ fs }) => fs);
const NSPROXY = counted("nsproxy", "count", ({ nsproxy }) => nsproxy);

function checkShared<Shared>(tasks: Tasks, of: Kind<Shared>, wrong: Mismatch[]): void {
  const sharers = new Map<Shared, number>();
  for (const task of tasks) {
    const shared = of.of(task);
    if (shared !== null) sharers.set(shared, (sharers.get(shared) ?? 0) + 1);
  }
  for (const [shared, count] of sharers) {
    const kept = of.keptIn(shared);
    if (kept === count) continue;
    const first = tasks.find((task) => of.of(task) === shared) as TaskStruct;
    tellKept(wrong, "tasks", of.nameOf(first), of.field, kept, count);
  }
}

function checkGroups(tasks: Tasks, wrong: Mismatch[]): void {
  const groups = new Map<SignalStruct, TaskStruct[]>();
  for (const task of tasks) {
    const group = groups.get(task.signal);
    if (group === undefined) groups.set(task.signal, [task]);
    else group.push(task);
  }
  for (const [signal, threads] of groups) checkGroup(signal, threads, wrong);
}

function checkGroup(signal: SignalStruct, threads: Tasks, wrong: Mismatch[]): void {
  let leaders = 0;
  let live = 0;
  for (const thread of threads) {
    if (isGroupLeader(thread)) leaders++;
    if (!isExiting(thread)) live++;
  }
  const kept = signal.threads.length;
  const { length } = threads;
  const owner = `group ${threads[0].tgid}`;
  tellKept(wrong, "tasks", owner, "signal.count", signal.count, length);
  tellKept(wrong, "tasks", owner, "signal.threads", kept, length);
  tellKept(wrong, "tasks", owner, "signal.live", signal.live, live);
  if (leaders !== 1) tellKept(wrong, "tasks", owner, "leaders", leaders, "one");
}

/** How many tasks use an address space, how many of these must not be chosen, how many borrow. */
interface MmUsers {
  users: number;
  unkillable: number;
  borrowers: number;
}

/** Each address space that a task uses or borrows. A swapoff under way is a user too. */
function checkMms(tasks: Tasks, wrong: Mismatch[]): void {
  const mms = new Map<MmStruct, MmUsers>();
  for (const { mm, activeMm, signal } of tasks) {
    if (mm !== null) {
      const users = usersOf(mms, mm);
      users.users++;
      if (signal.oomScoreAdj === OOM_SCORE_ADJ_MIN) users.unkillable++;
    }
    if (activeMm !== null && activeMm !== mm) usersOf(mms, activeMm).borrowers++;
  }
  for (const [mm, { users, unkillable, borrowers }] of mms) {
    const counted = users + mm.swapoffs;
    tellKept(wrong, "tasks", mm.name, "mm_users", mm.mmUsers, counted);
    tellKept(wrong, "tasks", mm.name, "mm_count", mm.mmCount, (counted > 0 ? 1 : 0) + borrowers);
    tellKept(wrong, "tasks", mm.name, "oom_disable_count", mm.oomDisableCount, unkillable);
  }
}

function usersOf(mms: Map<MmStruct, MmUsers>, mm: MmStruct): MmUsers {
  const known = mms.get(mm);
  if (known !== undefined) return known;
  const none = { users: 0, unkillable: 0, borrowers: 0 };
  mms.set(mm, none);
  return none;
}

/** The task is once among its parent's children, and the parent is there. */
function checkFamily({ tasks, initTask }: ForkEnv, task: TaskStruct, wrong: Mismatch[]): void {
  if (task === initTask) return;
  const { pid, realParent } = task;
  let links = 0;
  for (const child of realParent.children) if (child === task) links++;
  if (links !== 1)
    tellKept(wrong, "tasks", `task ${pid}`, `links to ${realParent.pid}`, links, "one");
  if (tasks.get(realParent.pid) === realParent) return;
  tellKept(wrong, "tasks", `task ${pid}`, "parent", `${realParent.pid}, released`, "there");
}
