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
import type { ForkEnv, TaskStruct } from "../types.ts";
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
  const wrong: Mismatch[] = [];
  const users = new Users();
  tellKept(wrong, "tasks", MACHINE, "nr_threads", fe.nrThreads, tasks.length);
  tellKept(wrong, "tasks", MACHINE, "pids in use", fe.pidMap.used.size, tasks.length);
  for (const [pid, task] of fe.tasks) checkPid(fe, pid, task, wrong);
  checkShared(tasks, USER, users, wrong);
  checkGroups(tasks, users, wrong);
  for (const kind of HELD) checkShared(tasks, kind, users, wrong);
  checkMms(tasks, users, wrong);
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
interface Kind {
  /** Null for a task that has none. */
  of(task: TaskStruct): object | null;
  /** What it keeps, and what to call it, by the first task that shares it. */
  keptIn(first: TaskStruct): number;
  nameOf(first: TaskStruct): string;
  readonly field: string;
}

const USER: Kind = {
  of: ({ cred }) => cred.user,
  keptIn: ({ cred }) => cred.user.processes,
  nameOf: ({ cred }) => `user ${cred.user.uid}`,
  field: "processes",
};

/** What a task has a pointer to, and counts its users itself. */
const counted = <Field extends string>(
  what: string,
  field: Field,
  of: (task: TaskStruct) => Readonly<Record<Field, number>> | null,
): Kind => ({
  of,
  keptIn: (first) => of(first)?.[field] ?? 0,
  nameOf: ({ pid }) => `${what} of ${pid}`,
  field,
});

/** A task that has exited holds none of the last three. */
const HELD: readonly Kind[] = [
  counted("sighand", "count", ({ sighand }) => sighand),
  counted("files", "count", (task) => (isExiting(task) ? null : task.files)),
  counted("fs", "users", (task) => (isExiting(task) ? null : task.fs)),
  counted("nsproxy", "count", (task) => (isExiting(task) ? null : task.nsproxy)),
];

function checkShared(tasks: Tasks, kind: Kind, users: Users, wrong: Mismatch[]): void {
  users.clear();
  for (const task of tasks) users.count[users.add(kind.of(task))]++;
  for (let at = 0; at < tasks.length; at++) {
    if (!users.isFirst(at)) continue;
    const kept = kind.keptIn(tasks[at]);
    if (kept === users.count[at]) continue;
    tellKept(wrong, "tasks", kind.nameOf(tasks[at]), kind.field, kept, users.count[at]);
  }
}

/** So many are compared with each other: a map takes longer. */
const FEW = 64;

/** A list of what tasks use, and sums for each thing, which stand where it is listed first. */
class Users {
  readonly things: (object | null)[] = [];
  readonly firsts: number[] = [];
  readonly count: number[] = [];
  readonly live: number[] = [];
  readonly special: number[] = [];
  private length = 0;
  private readonly places = new Map<object | null, number>();

  clear(): void {
    this.length = 0;
    this.places.clear();
  }

  /** @returns where it was listed first */
  add(thing: object | null): number {
    const { things, length } = this;
    things[length] = thing;
    this.count[length] = 0;
    this.live[length] = 0;
    this.special[length] = 0;
    let first = 0;
    while (things[first] !== thing && first < FEW) first++;
    if (things[first] !== thing) first = this.placeOf(thing, length);
    this.firsts[length] = first;
    this.length++;
    return first;
  }

  private placeOf(thing: object | null, place: number): number {
    const known = this.places.get(thing);
    if (known === undefined) this.places.set(thing, place);
    return known ?? place;
  }

  /** Whether a thing is listed there, and nowhere before. */
  isFirst(place: number): boolean {
    return this.firsts[place] === place && this.things[place] !== null;
  }
}

function checkGroups(tasks: Tasks, users: Users, wrong: Mismatch[]): void {
  const { count, live, special: leaders } = users;
  users.clear();
  for (const task of tasks) {
    const first = users.add(task.signal);
    count[first]++;
    if (isGroupLeader(task)) leaders[first]++;
    if (!isExiting(task)) live[first]++;
  }
  for (let at = 0; at < tasks.length; at++) {
    if (!users.isFirst(at)) continue;
    const { signal } = tasks[at];
    tellGroup(wrong, tasks[at], "signal.count", signal.count, count[at]);
    tellGroup(wrong, tasks[at], "signal.threads", signal.threads.length, count[at]);
    tellGroup(wrong, tasks[at], "signal.live", signal.live, live[at]);
    if (leaders[at] !== 1) tellGroup(wrong, tasks[at], "leaders", leaders[at], "one");
  }
}

function tellGroup(
  wrong: Mismatch[],
  { tgid }: TaskStruct,
  field: string,
  kept: number,
  counted: number | string,
): void {
  if (kept !== counted) tellKept(wrong, "tasks", `group ${tgid}`, field, kept, counted);
}

/**
 * Each address space that a task uses or borrows, how many of its users must not be chosen, and how
 * many tasks borrow it. A swapoff under way is a user too.
 */
function checkMms(tasks: Tasks, users: Users, wrong: Mismatch[]): void {
  const { count, live: borrowers, special: unkillable } = users;
  users.clear();
  for (const { mm, activeMm, signal } of tasks) {
    const used = users.add(mm);
    count[used]++;
    if (signal.oomScoreAdj === OOM_SCORE_ADJ_MIN) unkillable[used]++;
    const borrowed = users.add(activeMm);
    if (activeMm !== mm) borrowers[borrowed]++;
  }
  for (let at = 0; at < 2 * tasks.length; at++) {
    if (!users.isFirst(at)) continue;
    const mm = users.things[at] as MmStruct;
    const counted = count[at] + mm.swapoffs;
    const holders = (counted > 0 ? 1 : 0) + borrowers[at];
    tellKept(wrong, "tasks", mm.name, "mm_users", mm.mmUsers, counted);
    tellKept(wrong, "tasks", mm.name, "mm_count", mm.mmCount, holders);
    tellKept(wrong, "tasks", mm.name, "oom_disable_count", mm.oomDisableCount, unkillable[at]);
  }
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
