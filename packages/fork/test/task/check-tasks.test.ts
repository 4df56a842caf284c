/** The recount finds each count that is wrong, and names it. */
import { run } from "@forkpath/test-world";
import { expect, test } from "vitest";
import { checkTasks, type ForkEnv, sysClone, sysExit, type TaskStruct } from "../../src/index.ts";
import { forkOf, machineWith, mmOf, THREAD, taskOf } from "../world.ts";

type Wrong = readonly [
  owner: string,
  field: string,
  kept: number | string,
  counted: number | string,
];

/** What is broken, and what the recount finds; the parent is 2, its thread 3, its child 4. */
const BROKEN: readonly (readonly [string, (fe: ForkEnv, parent: TaskStruct) => void, Wrong])[] = [
  ["nr_threads", (fe) => void fe.nrThreads++, ["machine", "nr_threads", 5, 4]],
  ["a pid", (fe) => void fe.pidMap.used.delete(4), ["pid 4", "entry", "free", "used"]],
  ["a lost pid", (fe) => void fe.pidMap.used.add(9), ["machine", "pids in use", 5, 4]],
  [
    "a pid that leads to another task",
    (fe) => void fe.tasks.set(4, taskOf(fe, 3)),
    ["pid 4", "task", "task 3", "task 4"],
  ],
  ["processes", (_, { cred }) => void cred.user.processes--, ["user 0", "processes", 3, 4]],
  ["count", (_, { signal }) => void signal.count++, ["group 2", "signal.count", 3, 2]],
  ["live", (_, { signal }) => void signal.live--, ["group 2", "signal.live", 1, 2]],
  ["threads", (_, { signal }) => void signal.threads.pop(), ["group 2", "signal.threads", 1, 2]],
  [
    "no leader",
    (_, task) => void Object.assign(task, { groupLeader: task.parent }),
    ["group 2", "leaders", 0, "one"],
  ],
  [
    "two leaders",
    (fe) => void Object.assign(taskOf(fe, 3), { groupLeader: taskOf(fe, 3) }),
    ["group 2", "leaders", 2, "one"],
  ],
  ["files", (_, { files }) => void (files ? files.count++ : 0), ["files of 2", "count", 3, 2]],
  ["fs", (_, { fs }) => void fs.users--, ["fs of 2", "users", 1, 2]],
  ["nsproxy", (_, { nsproxy }) => void nsproxy.count--, ["nsproxy of 1", "count", 3, 4]],
  ["sighand", (_, { sighand }) => void sighand.count++, ["sighand of 2", "count", 3, 2]],
  ["mm_users", (_, task) => void mmOf(task).mmUsers++, ["mm1", "mm_users", 3, 2]],
  ["mm_count", (_, task) => void mmOf(task).mmCount++, ["mm1", "mm_count", 2, 1]],
  [
    "mm_count of one that is borrowed",
    (fe, task) => void Object.assign(fe.initTask, { activeMm: mmOf(task) }),
    ["mm1", "mm_count", 1, 2],
  ],
  [
    "oom_disable_count",
    (_, task) => void mmOf(task).oomDisableCount++,
    ["mm1", "oom_disable_count", 1, 0],
  ],
  [
    "oom_disable_count of threads that must not be chosen",
    (_, { signal }) => void Object.assign(signal, { oomScoreAdj: -1000 }),
    ["mm1", "oom_disable_count", 0, 2],
  ],
  ["a link", (_, { children }) => void children.pop(), ["task 4", "links to 2", 0, "one"]],
  ["a parent", (fe) => void fe.tasks.delete(2), ["task 4", "parent", "2, released", "there"]],
];

test.each(BROKEN)("%s", (_name, damage, [owner, field, kept, counted]) => {
  const [fe, parent] = machineWith("[W]");
  taskOf(fe, run(sysClone(fe, parent, THREAD)));
  forkOf(fe, parent);
  expect(checkTasks(fe)).toEqual([]);
  damage(fe, parent);
  expect(checkTasks(fe)).toContainEqual({ rule: "tasks", owner, field, kept, counted });
});

test("who borrows the memory of nobody holds it still", () => {
  const [fe, task] = machineWith("[W]");
  const mm = mmOf(task);
  mm.mmCount++;
  fe.initTask.activeMm = mm;
  run(sysExit(fe, task, 0));
  expect([mm.mmUsers, mm.mmCount]).toEqual([0, 1]);
  expect(checkTasks(fe)).toEqual([]);
});
