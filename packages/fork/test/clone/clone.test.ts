/**
 * clone: which flags are refused, what a thread shares, and how many tasks there may be (SPEC §6).
 */
import { CloneFlag, Errno, errnoName, FORK_FLAGS, Signal } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import { run } from "@forkpath/test-world";
import { describe, expect, test } from "vitest";
import {
  Capability,
  type CloneOptions,
  createKernelThread,
  createProcess,
  createUser,
  type ForkEnv,
  sysClone,
  sysFork,
  TaskFlag,
  type TaskStruct,
} from "../../src/index.ts";
import { isGroupLeader, NO_EXIT_SIGNAL, scheduleTail } from "../../src/internal.ts";
import { recount } from "../recount.ts";
import { machine, machineWith, map, mmOf, rss, show, spawn, spawnAs, taskOf } from "../world.ts";

const { VM, FS, FILES, SIGHAND, THREAD, PARENT } = CloneFlag;
/** What pthread_create passes, its user addresses apart. */
const PTHREAD: number = VM | FS | FILES | SIGHAND | THREAD | CloneFlag.SYSVSEM;

const cloneOf = (
  fe: ForkEnv,
  parent: TaskStruct,
  flags: number,
  options: CloneOptions = {},
): TaskStruct => taskOf(fe, run(sysClone(fe, parent, flags, options)));

const refusal = (fe: ForkEnv, parent: TaskStruct, flags: number): string =>
  errnoName(run(sysClone(fe, parent, flags)));

describe("SPEC §6.2, §6.3/1-5: combinations that are refused before anything is made", () => {
  test.each([
    ["NEWUSER | THREAD", CloneFlag.NEWUSER | PTHREAD, "-EINVAL"],
    ["NEWPID | PARENT", CloneFlag.NEWPID | PARENT, "-EINVAL"],
    ["NEWUSER without capabilities", CloneFlag.NEWUSER, "-EPERM"],
    ["NEWNS | FS", CloneFlag.NEWNS | FS, "-EINVAL"],
    ["THREAD without SIGHAND", THREAD | VM, "-EINVAL"],
    ["SIGHAND without VM", SIGHAND, "-EINVAL"],
    ["NEWUTS without CAP_SYS_ADMIN", CloneFlag.NEWUTS, "-EPERM"],
  ])("%s", (_name, flags, answer) => {
    const fe = machine();
    const user = createUser(1000);
    const parent = spawnAs(fe, { comm: "sh", user }, "[W]");
    expect(refusal(fe, parent, flags >>> 0)).toBe(answer);
    expect(fe.tasks.size).toBe(2);
    expect(recount(fe)).toEqual([]);
  });

  test("init makes no siblings", () => {
    const fe = machine();
    expect(refusal(fe, fe.initTask, PARENT)).toBe("-EINVAL");
  });

  test.each([
    ["all but CAP_SETUID", Capability.SYS_ADMIN | Capability.SETGID, "-EPERM"],
    ["all but CAP_SETGID", Capability.SYS_ADMIN | Capability.SETUID, "-EPERM"],
    ["all but CAP_SYS_ADMIN", Capability.SETUID | Capability.SETGID, "-EPERM"],
    ["all three", Capability.SYS_ADMIN | Capability.SETUID | Capability.SETGID, "3"],
  ])("NEWUSER with %s", (_name, caps, answer) => {
    const fe = machine();
    const parent = spawnAs(fe, { comm: "sh", user: createUser(1000), caps }, "[W]");
    expect(refusal(fe, parent, CloneFlag.NEWUSER)).toBe(answer);
  });

  test("NEWIPC with SYSVSEM, by root; without NEWIPC it may", () => {
    const [fe, parent] = machineWith("[W]");
    expect(refusal(fe, parent, CloneFlag.NEWIPC | CloneFlag.SYSVSEM)).toBe("-EINVAL");
    expect(refusal(fe, parent, CloneFlag.NEWUTS | CloneFlag.SYSVSEM)).toBe("3");
    expect(refusal(fe, parent, CloneFlag.NEWIPC)).toBe("4");
    expect(recount(fe)).toEqual([]);
  });

  test("a task that waits for its new pid namespace shares no memory", () => {
    const fe = machine();
    const parent = cloneOf(fe, spawn(fe, "[W]"), CloneFlag.NEWPID);
    expect([parent.activePidNs, parent.nsproxy.pid]).toEqual([1, 1]);
    parent.nsproxy = { ...parent.nsproxy, pid: 2 }; // what setns would do
    expect(refusal(fe, parent, VM)).toBe("-EINVAL");
    expect(refusal(fe, parent, CloneFlag.NEWPID)).toBe("-EINVAL");
  });
});

describe("threads", () => {
  test("B27: a thread shares the mm, and its swap token starts anew for all (D27)", () => {
    const [fe, parent] = machineWith("[W W]");
    Object.assign(mmOf(parent), { tokenPriority: 5, lastInterval: 6 });
    const thread = cloneOf(fe, parent, PTHREAD);
    expect(thread.mm).toBe(parent.mm);
    expect(mmOf(parent)).toMatchObject({ mmUsers: 2, tokenPriority: 0, lastInterval: 0 });
    expect([show(fe, thread), rss(thread)]).toEqual(["[W W]", "(0,2,0)"]);
    expect(recount(fe)).toEqual([]);
  });

  test("a thread is nobody's child that can be waited for, and shares what it was told to", () => {
    const [fe, parent] = machineWith("[W]");
    const thread = cloneOf(fe, parent, PTHREAD | Signal.SIGCHLD);
    expect(thread).toMatchObject({
      tgid: parent.pid,
      exitSignal: NO_EXIT_SIGNAL,
      groupLeader: parent,
      realParent: fe.initTask,
    });
    expect(isGroupLeader(thread)).toBe(false);
    for (const shared of ["signal", "sighand", "fs", "files", "cred", "nsproxy"] as const) {
      expect(thread[shared]).toBe(parent[shared]);
    }
    expect(parent.signal).toMatchObject({ count: 2, live: 2, threads: [parent, thread] });
    expect(parent.cred.user.processes).toBe(3); // init, parent, thread
    expect(parent.signal.threadgroupForkLock.readers).toEqual([]);
  });

  test("a process copies all that it does not share", () => {
    const [fe, parent] = machineWith("[W]");
    parent.signal.rlimits.nproc = 77;
    parent.signal.maxrss = 5n;
    parent.signal.oomScoreAdj = -17;
    parent.sighand.sigchld = "ignore";
    const child = cloneOf(fe, parent, FORK_FLAGS);
    for (const own of ["signal", "sighand", "fs", "files", "cred"] as const) {
      expect(child[own]).not.toBe(parent[own]);
    }
    expect(child.signal).toMatchObject({ maxrss: 0n, cmaxrss: 0n, oomScoreAdj: -17 });
    expect(child.signal.rlimits.nproc).toBe(77);
    expect(child.sighand.sigchld).toBe("ignore");
    expect(child).toMatchObject({ tgid: child.pid, realParent: parent, exitSignal: 17 });
  });

  test("CLONE_PARENT makes a sibling", () => {
    const [fe, parent] = machineWith("[W]");
    const child = cloneOf(fe, parent, FORK_FLAGS);
    const sibling = cloneOf(fe, child, FORK_FLAGS | PARENT);
    expect(sibling.realParent).toBe(parent);
    expect(parent.children).toEqual([child, sibling]);
  });
});

test("SPEC §6.3/12: flags and statistics of the child", () => {
  const [fe, parent] = machineWith("[W]");
  parent.flags |= TaskFlag.SUPERPRIV;
  Object.assign(parent, { minFlt: 4, majFlt: 3, nvcsw: 2, nivcsw: 1 });
  const child = cloneOf(fe, parent, FORK_FLAGS);
  expect(child.flags).toBe(TaskFlag.FORKNOEXEC);
  expect(child).toMatchObject({ minFlt: 0, majFlt: 0, nvcsw: 0, nivcsw: 0, state: "running" });
});

test("SPEC §6.3/29: pointers into user memory", () => {
  const [fe, parent] = machineWith("[W]");
  Object.assign(parent, { robustList: 0x1000, hasSigaltstack: true, clearChildTid: 0x2000 });
  const { CHILD_SETTID, CHILD_CLEARTID, VFORK } = CloneFlag;
  const set = cloneOf(fe, parent, CHILD_SETTID, { childTid: 0x3000 });
  expect(set).toMatchObject({ setChildTid: 0x3000, clearChildTid: 0, robustList: 0 });
  const clear = cloneOf(fe, parent, CHILD_CLEARTID, { childTid: 0x3000 });
  expect(clear).toMatchObject({ setChildTid: 0, clearChildTid: 0x3000 });
  // The alternate signal stack stays, unless two would run on it at once.
  const keeps = [FORK_FLAGS, VM, VM | VFORK].map((flags) => {
    const cloning = sysClone(fe, parent, flags);
    const before = new Set(fe.tasks.values());
    cloning.next(); // a vfork parent waits from here on
    return [...fe.tasks.values()].find((task) => !before.has(task))?.hasSigaltstack;
  });
  expect(keeps).toEqual([true, false, true]);
});

test("CLONE_PARENT_SETTID writes to the parent's page, CLONE_CHILD_SETTID to the child's", () => {
  const [fe, parent] = machineWith();
  const addr = map(fe, parent, "[W W]");
  const flags = FORK_FLAGS | CloneFlag.PARENT_SETTID | CloneFlag.CHILD_SETTID;
  const child = cloneOf(fe, parent, flags, { parentTid: addr, childTid: addr + 4096 });
  expect([show(fe, parent), show(fe, child)]).toEqual(["[W r]", "[r r]"]);
  run(scheduleTail(fe, child));
  expect([show(fe, parent), show(fe, child)]).toEqual(["[W r]", "[r W]"]);
  expect([parent.minFlt, child.minFlt]).toEqual([1, 1]);
  expect(recount(fe)).toEqual([]);
});

test("a store to an address that is not mapped is ignored (SPEC §6.2/5)", () => {
  const [fe, parent] = machineWith("[W]");
  const child = cloneOf(fe, parent, FORK_FLAGS | CloneFlag.PARENT_SETTID, { parentTid: 0x1000 });
  expect(child.state).toBe("running");
});

test("a child that was not asked to stores no pid: it takes no step", () => {
  const fe = machine();
  const child = cloneOf(fe, spawn(fe, "[W]"), FORK_FLAGS);
  expect([...scheduleTail(fe, child)]).toEqual([]);
  fe.mm.sync.interleaved = true;
  expect([...scheduleTail(fe, child)]).toEqual([]);
});

test("CLONE_STOPPED leaves the child stopped, with a signal to find", () => {
  const fe = machine();
  const child = cloneOf(fe, spawn(fe, "[W]"), FORK_FLAGS | CloneFlag.STOPPED);
  expect(child).toMatchObject({ state: "stopped", hasPendingSignal: true });
});

test("CLONE_FS may not join an fs that is in exec (SPEC §6.3/20)", () => {
  const [fe, parent] = machineWith("[W]");
  parent.fs.inExec = true;
  expect(refusal(fe, parent, FORK_FLAGS | FS)).toBe("-EAGAIN");
  expect(recount(fe)).toEqual([]);
});

test("the cgroup is cloned only for new namespaces", () => {
  const [fe, parent] = machineWith("[W]");
  fe.failStep.set("ns_cgroup_clone", -Errno.EEXIST);
  expect(refusal(fe, parent, FORK_FLAGS | CloneFlag.NEWUTS)).toBe("-EEXIST");
  expect(run(sysFork(fe, parent))).toBeGreaterThan(0);
});

test("new namespaces have numbers of their own, and CLONE_NEWUSER a root of its own", () => {
  const fe = machine();
  const flags = CloneFlag.NEWUTS | CloneFlag.NEWNET | CloneFlag.NEWUSER;
  const child = cloneOf(fe, spawn(fe, "[W]"), FORK_FLAGS + flags);
  const { mnt, uts, ipc, pid, net } = child.nsproxy;
  expect([mnt, ipc, pid]).toEqual([0, 0, 0]);
  expect(new Set([0, uts, net, child.cred.user.userNs]).size).toBe(4);
  expect(child.cred.user).toMatchObject({ uid: 0, processes: 1 });
  expect(recount(fe)).toEqual([]);
});

describe("SPEC §6.4: limits", () => {
  test("RLIMIT_NPROC counts the tasks of the user, zombies included", () => {
    const fe = machine();
    const parent = spawnAs(fe, { comm: "sh", user: createUser(1000) }, "[W]");
    parent.signal.rlimits.nproc = 2;
    expect(run(sysFork(fe, parent))).toBeGreaterThan(0);
    expect(refusal(fe, parent, FORK_FLAGS)).toBe("-EAGAIN");
    expect(recount(fe)).toEqual([]);
  });

  test.each([
    ["root", 0, 0],
    ["CAP_SYS_ADMIN", 1000, Capability.SYS_ADMIN],
    ["CAP_SYS_RESOURCE", 1000, Capability.SYS_RESOURCE],
  ])("RLIMIT_NPROC does not hold %s back", (_name, uid, caps) => {
    const fe = machine();
    const user = uid === 0 ? fe.rootUser : createUser(uid);
    const parent = spawnAs(fe, { comm: "sh", user, caps }, "[W]");
    parent.signal.rlimits.nproc = 1;
    expect(run(sysFork(fe, parent))).toBeGreaterThan(0);
  });

  test("max_threads holds everybody back", () => {
    const fe = machine({}, { maxThreads: 3 });
    const parent = spawn(fe, "[W]");
    expect(run(sysFork(fe, parent))).toBeGreaterThan(0);
    expect(refusal(fe, parent, FORK_FLAGS)).toBe("-EAGAIN");
    expect(refusal(fe, parent, PTHREAD)).toBe("-EAGAIN");
    expect(recount(fe)).toEqual([]);
  });

  test("max_threads is a 32nd of the machine's pages, 20 at least, and half of it for a user", () => {
    expect(machine({ memoryPages: 32_000 }).maxThreads).toBe(1000);
    expect(machine({ memoryPages: 64 }).maxThreads).toBe(20);
    expect(machine({ memoryPages: 32_000 }).initTask.signal.rlimits.nproc).toBe(500);
  });

  test("D35: when the pids run out, it says that memory did", () => {
    const fe = machine({}, { pidMax: 4 });
    const parent = spawn(fe, "[W]"); // pid 2
    expect(run(sysFork(fe, parent))).toBe(3);
    expect(refusal(fe, parent, FORK_FLAGS)).toBe("-ENOMEM");
    expect(show(fe, parent)).toBe("[r]"); // after all the copying
    expect(recount(fe)).toEqual([]);
  });

  test("pids go up, and start again at 300", () => {
    const fe = machine({}, { pidMax: 303 });
    fe.pidMap.last = 301;
    const parent = spawn(fe, "[W]");
    const pids = [parent.pid, run(sysFork(fe, parent)), run(sysFork(fe, parent))];
    expect(pids).toEqual([302, 300, 301]);
    expect(refusal(fe, parent, FORK_FLAGS)).toBe("-ENOMEM");
  });
});

test("misuse is told at the border, and changes nothing", () => {
  const [fe, parent] = machineWith("[W]");
  expect(() => run(sysClone(fe, parent, 1.5))).toThrow(
    new TypeError("doFork: flags must be an integer, got 1.5"),
  );
  expect(() => run(sysClone(fe, parent, -1))).toThrow(RangeError);
  expect(() => run(sysClone(fe, parent, 0, { childTid: 2 ** 47 }))).toThrow("childTid");
  expect(() => run(sysClone(fe, parent, 0, { parentTid: 2 ** 47 }))).toThrow("parentTid");
  expect(() => machine({}, { pidMax: 1 })).toThrow("createForkEnv: pidMax must be from 2");
  expect(fe.tasks.size).toBe(2);
});

test("a process that no fork made needs a pid and a page directory", () => {
  const fe = machine();
  failNth(fe.mm.sync.gate, 1); // mm is granted, pgd is not
  expect(createProcess(fe, { comm: "sh" })).toBe(-Errno.ENOMEM);
  expect(recount(fe)).toEqual([]);
  const full = machine({}, { pidMax: 2 });
  expect(createProcess(full, { comm: "sh" })).toBe(-Errno.ENOMEM);
});

test("a kernel thread may be the last that the pids allow", () => {
  const fe = machine({}, { pidMax: 3 });
  expect(createKernelThread(fe, "kswapd0")).toMatchObject({ pid: 2, mm: null });
  expect(createKernelThread(fe, "kswapd1")).toBe(-Errno.ENOMEM);
});
