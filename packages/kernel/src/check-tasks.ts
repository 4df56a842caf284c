/**
 * The tasks, and what is counted by task: users of an address space, of a table of open files and
 * so on, threads of a process, processes of a user.
 */
import type { ForkEnv, TaskStruct } from "@forkpath/fork";
import type { MmStruct } from "@forkpath/mm";

/** @modelOnly a recount */
export function checkTasks(fe: ForkEnv, mms: Iterable<MmStruct>): readonly string[] {
  const tasks = [...fe.tasks.values()];
  const living = tasks.filter(({ state }) => state !== "zombie");
  const lines: string[] = [];
  const expectEqual = (what: string, kept: number, counted: number): void => {
    if (kept !== counted) lines.push(`${what} is ${kept}, but ${counted} counted`);
  };
  expectEqual("nr_threads", fe.nrThreads, tasks.length);
  expectEqual("pids in use", fe.pidMap.used.size, tasks.length);
  for (const mm of mms) {
    const users = tasks.filter((task) => task.mm === mm).length;
    const borrowers = tasks.filter((task) => task.activeMm === mm && task.mm !== mm).length;
    expectEqual(`mm_users of ${mm.name}`, mm.mmUsers, users);
    expectEqual(`mm_count of ${mm.name}`, mm.mmCount, 1 + borrowers);
  }
  for (const [user, count] of tally(tasks, ({ cred }) => cred.user)) {
    expectEqual(`processes of user ${user.uid}`, user.processes, count);
  }
  for (const [signal, count] of tally(tasks, (task) => task.signal)) {
    const name = `signal of ${signal.threads[0]?.tgid}`;
    expectEqual(`count in ${name}`, signal.count, count);
    expectEqual(`threads in ${name}`, signal.threads.length, count);
  }
  for (const [sighand, count] of tally(tasks, (task) => task.sighand)) {
    expectEqual("count of a sighand", sighand.count, count);
  }
  for (const [fs, count] of tally(living, (task) => task.fs)) {
    expectEqual("users of an fs", fs.users, count);
  }
  for (const [files, count] of tally(living, (task) => task.files)) {
    if (files !== null) expectEqual("count of a files", files.count, count);
  }
  return [...lines, ...tasks.flatMap((task) => checkFamily(fe, task))];
}

/** How many tasks share each. */
function tally<Shared>(
  tasks: readonly TaskStruct[],
  of: (task: TaskStruct) => Shared,
): Map<Shared, number> {
  const counts = new Map<Shared, number>();
  for (const task of tasks) counts.set(of(task), (counts.get(of(task)) ?? 0) + 1);
  return counts;
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
