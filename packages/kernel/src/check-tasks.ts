/**
 * The tasks, and what is counted by task: users of an address space, of a table of open files and
 * so on, threads of a process, processes of a user.
 */
import type { ForkEnv, TaskStruct } from "@forkpath/fork";
import type { MmStruct } from "@forkpath/mm";

/** A number that is kept, and what it should be. */
type Count = readonly [what: string, kept: number, counted: number];

/** @modelOnly a recount */
export function checkTasks(fe: ForkEnv, mms: Iterable<MmStruct>): readonly string[] {
  const tasks = [...fe.tasks.values()];
  const counts: readonly Count[] = [
    ["nr_threads", fe.nrThreads, tasks.length],
    ["pids in use", fe.pidMap.used.size, tasks.length],
    ...[...mms].flatMap((mm) => countMm(mm, tasks)),
    ...countShared(tasks),
  ];
  return [
    ...counts.flatMap(([what, kept, counted]) =>
      kept === counted ? [] : [`${what} is ${kept}, but ${counted} counted`],
    ),
    ...tasks.flatMap((task) => checkFamily(fe, task)),
  ];
}

/**
 * A swapoff under way is a user too. All users of an address space together hold one reference; so
 * does each task that borrows it.
 */
function countMm(mm: MmStruct, tasks: readonly TaskStruct[]): Count[] {
  const users = tasks.filter((task) => task.mm === mm).length;
  const borrowers = tasks.filter((task) => task.activeMm === mm && task.mm !== mm).length;
  return [
    [`mm_users of ${mm.name}`, mm.mmUsers, users + mm.swapoffs],
    [`mm_count of ${mm.name}`, mm.mmCount, 1 + borrowers],
  ];
}

/** A zombie has let go of its files, and still is its user's. */
function countShared(tasks: readonly TaskStruct[]): Count[] {
  const living = tasks.filter(({ state }) => state !== "zombie");
  return [
    ...tally(tasks, ({ cred }) => cred.user).map(
      ([user, count]): Count => [`processes of user ${user.uid}`, user.processes, count],
    ),
    ...tally(tasks, ({ signal }) => signal).flatMap(([signal, count]): Count[] => {
      const name = `signal of ${signal.threads[0]?.tgid}`;
      return [
        [`count in ${name}`, signal.count, count],
        [`threads in ${name}`, signal.threads.length, count],
      ];
    }),
    ...tally(tasks, ({ sighand }) => sighand).map(
      ([sighand, count]): Count => ["count of a sighand", sighand.count, count],
    ),
    ...tally(living, ({ fs }) => fs).map(
      ([fs, count]): Count => ["users of an fs", fs.users, count],
    ),
    ...tally(living, ({ files }) => files).map(
      ([files, count]): Count => ["count of a files", files?.count ?? count, count],
    ),
  ];
}

/** How many tasks share each. */
function tally<Shared>(
  tasks: readonly TaskStruct[],
  of: (task: TaskStruct) => Shared,
): (readonly [Shared, number])[] {
  const counts = new Map<Shared, number>();
  for (const task of tasks) counts.set(of(task), (counts.get(of(task)) ?? 0) + 1);
  return [...counts];
}

/** The task is its parent's child, and its own pid leads to it. */
function checkFamily({ tasks, initTask }: ForkEnv, task: TaskStruct): string[] {
  const lines: string[] = [];
  if (tasks.get(task.pid) !== task) lines.push(`pid ${task.pid} leads to somebody else`);
  if (task !== initTask && !task.realParent.children.includes(task)) {
    lines.push(`task ${task.pid} is no child of ${task.realParent.pid}`);
  }
  return lines;
}
