/** The recount finds each count that is wrong, and names it. */
import { CloneFlag } from "@forkpath/abi";
import { expect, test } from "vitest";
import { checkTasks, type ForkEnv, sysClone, sysFork, type TaskStruct } from "../../src/index.ts";
import { machine, mmOf, run, spawn, taskOf } from "../world.ts";

const THREAD: number =
  CloneFlag.VM | CloneFlag.FS | CloneFlag.FILES | CloneFlag.SIGHAND | CloneFlag.THREAD;

/** What is broken, and what the recount says of it; the parent is 2, its thread 3, its child 4. */
const BROKEN: readonly (readonly [string, (fe: ForkEnv, parent: TaskStruct) => void, string])[] = [
  ["nr_threads", (fe) => void fe.nrThreads++, "nr_threads is 5, but 4 counted"],
  ["a pid", (fe) => void fe.pidMap.used.delete(4), "pid 4 is free"],
  ["a lost pid", (fe) => void fe.pidMap.used.add(9), "pids in use is 5, but 4 counted"],
  ["processes", (_, { cred }) => void cred.user.processes--, "processes of user 0 is 3, but 4"],
  ["count", (_, { signal }) => void signal.count++, "group of 2: count is 3, but 2 counted"],
  ["live", (_, { signal }) => void signal.live--, "group of 2: live is 1, but 2 counted"],
  ["threads", (_, { signal }) => void signal.threads.pop(), "group of 2: threads is 1, but 2"],
  [
    "a leader",
    (_, task) => void Object.assign(task, { groupLeader: task.parent }),
    "leaders is 0, but 1 counted",
  ],
  ["files", (_, { files }) => void (files ? files.count++ : 0), "files.count is 3, but 2 counted"],
  ["fs", (_, { fs }) => void fs.users--, "fs.users is 1, but 2 counted"],
  ["nsproxy", (_, { nsproxy }) => void nsproxy.count--, "nsproxy.count is 3, but 4 counted"],
  ["sighand", (_, { sighand }) => void sighand.count++, "sighand.count is 3, but 2 counted"],
  ["mm_users", (_, task) => void mmOf(task).mmUsers++, "mm1: mm_users is 3, but 2 counted"],
  ["oom", (_, task) => void mmOf(task).oomDisableCount++, "oom_disable_count is 1, but 0 counted"],
  ["a link", (_, { children }) => void children.pop(), "links of 4 to its parent is 0, but 1"],
  ["a parent", (fe) => void fe.tasks.delete(2), "parent of 4 is gone"],
];

test.each(BROKEN)("%s", (_name, damage, line) => {
  const fe = machine();
  const parent = spawn(fe, "[W]");
  taskOf(fe, run(sysClone(fe, parent, THREAD)));
  taskOf(fe, run(sysFork(fe, parent)));
  expect(checkTasks(fe)).toEqual([]);
  damage(fe, parent);
  expect(checkTasks(fe).some((one) => one.includes(line))).toBe(true);
});
