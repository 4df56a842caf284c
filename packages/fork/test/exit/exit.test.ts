/** exit: what is given back, and who hears of it (SPEC §5.9, §8.1, §8.8). */
import { CloneFlag, Signal } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import { run, stepper } from "@forkpath/test-world";
import { describe, expect, test } from "vitest";
import {
  type ForkEnv,
  sysClone,
  sysExit,
  sysExitGroup,
  sysFork,
  sysWait4,
  TaskFlag,
} from "../../src/index.ts";
import { dieOfSignal, OOM_SCORE_ADJ_MIN } from "../../src/internal.ts";
import { holdings, recount } from "../recount.ts";
import {
  forkOf,
  machine,
  machineWith,
  map,
  mmOf,
  rss,
  show,
  spawn,
  THREAD,
  taskOf,
  threadOf,
} from "../world.ts";

/** State and parent of each task, by pid. */
const census = (fe: ForkEnv): string =>
  [...fe.tasks.values()]
    .map(({ pid, state, realParent }) => `${pid} ${state} of ${realParent.pid}`)
    .join(", ");

test.each([true, false])(
  "B3: fork and exit give all back but the shared entries (split %s)",
  (split) => {
    const fe = machine({ splitPtlocks: split });
    const parent = spawn(fe, "[W W z s]", "[F f]");
    const before = holdings(fe);
    const child = forkOf(fe, parent);
    const { counters } = mmOf(child);
    run(sysExit(fe, child, 0));
    expect(run(sysWait4(fe, parent)).pid).toBe(child.pid);
    expect([...counters.rss.words]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]); // I13
    expect(holdings(fe)).toEqual({ ...before, totalForks: 1 });
    expect(show(fe, parent)).toBe("[r f] [r r z s]");
    expect(recount(fe)).toEqual([]);
  },
);

/** Init does not care for its children; it has one. */
function machineWhereInit(sigchld: "ignore" | "nocldwait") {
  const fe = machine();
  fe.initTask.sighand.sigchld = sigchld;
  return [fe, spawn(fe, "[W]")] as const;
}

test("a zombie has no memory, and is still there", () => {
  const [fe, parent] = machineWith("[W]");
  const child = forkOf(fe, parent);
  const mm = mmOf(child);
  run(sysExit(fe, child, 3));
  expect(child).toMatchObject({ state: "zombie", mm: null, activeMm: null, exitCode: 3 << 8 });
  expect([mm.mmUsers, mm.mmCount, mm.pgd]).toEqual([0, 0, 0]);
  expect(rss(parent)).toBe("(0,1,0)");
  expect(census(fe)).toBe(`1 running of 1, 2 running of 1, 3 zombie of 2`);
  expect(recount(fe)).toEqual([]);
});

test("SPEC §8.1: the peak is taken before the memory goes, by the last thread only", () => {
  const [fe, leader] = machineWith("[W W W]");
  const thread = threadOf(fe, leader);
  run(sysExit(fe, leader, 0));
  expect([leader.state, leader.signal.maxrss]).toEqual(["zombie", 0n]);
  expect(show(fe, thread)).toBe("[W W W]");
  run(sysExit(fe, thread, 0));
  expect(leader.signal.maxrss).toBe(3n);
  expect(census(fe)).toBe("1 running of 1, 2 zombie of 1"); // the thread left no zombie
  expect(recount(fe)).toEqual([]);
});

test("clear_child_tid: the page is written while others share the memory, and not after a crash", () => {
  const [fe, parent] = machineWith();
  const addr = map(fe, parent, "[- - -]");
  const flags = THREAD | CloneFlag.CHILD_CLEARTID;
  const [first, second] = [0, 1].map((page) =>
    taskOf(fe, run(sysClone(fe, parent, flags, { childTid: addr + page * 4096 }))),
  );
  run(sysExit(fe, first, 0));
  expect(show(fe, parent)).toBe("[W - -]");
  second.flags |= TaskFlag.SIGNALED;
  run(sysExit(fe, second, 0));
  expect(show(fe, parent)).toBe("[W - -]");
  parent.clearChildTid = addr + 2 * 4096;
  const { minFlt } = parent;
  run(sysExit(fe, parent, 0)); // the last one has nobody to tell
  expect([parent.clearChildTid, parent.minFlt]).toEqual([0, minFlt]);
  expect(recount(fe)).toEqual([]);
});

describe("orphans", () => {
  test("go to init, who can wait for them whatever signal they were to send", () => {
    const [fe, parent] = machineWith("[W]");
    const child = taskOf(fe, run(sysClone(fe, parent, Signal.SIGTERM)));
    run(sysExit(fe, parent, 0));
    expect(child).toMatchObject({ realParent: fe.initTask, exitSignal: Signal.SIGCHLD });
    run(sysExit(fe, child, 0));
    expect(census(fe)).toBe("1 running of 1, 2 zombie of 1, 3 zombie of 1");
    expect(recount(fe)).toEqual([]);
  });

  test("go to another thread of the dead one's process first", () => {
    const [fe, leader] = machineWith("[W]");
    const thread = threadOf(fe, leader);
    const child = taskOf(fe, run(sysClone(fe, thread, Signal.SIGCHLD)));
    expect(child.realParent).toBe(thread);
    child.exitSignal = Signal.SIGTERM;
    run(sysExit(fe, thread, 0));
    expect(child).toMatchObject({ realParent: leader, exitSignal: Signal.SIGTERM });
    expect(recount(fe)).toEqual([]);
  });

  test("that are zombies already vanish if init ignores SIGCHLD", () => {
    const [fe, parent] = machineWhereInit("ignore");
    const child = forkOf(fe, parent);
    run(sysExit(fe, child, 0));
    expect(census(fe)).toBe("1 running of 1, 2 running of 1, 3 zombie of 2");
    run(sysExit(fe, parent, 0));
    expect(census(fe)).toBe("1 running of 1");
    expect([parent.state, child.state]).toEqual(["dead", "dead"]);
    expect(recount(fe)).toEqual([]);
  });
});

test("a parent that does not care: a dead leader stays for as long as its threads live", () => {
  const [fe, parent] = machineWhereInit("ignore");
  const leader = forkOf(fe, parent);
  const threads = [threadOf(fe, leader), threadOf(fe, leader)];
  run(sysExit(fe, threads[0], 0));
  run(sysExit(fe, leader, 0));
  run(sysExit(fe, parent, 0)); // its child goes to init
  expect(census(fe)).toBe("1 running of 1, 3 zombie of 1, 5 running of 1");
  run(sysExit(fe, threads[1], 0));
  expect(census(fe)).toBe("1 running of 1");
  expect(recount(fe)).toEqual([]);
});

test("the last thread but one takes no leader with it that lives", () => {
  const [fe, leader] = machineWhereInit("ignore");
  run(sysExit(fe, threadOf(fe, leader), 0));
  expect(census(fe)).toBe("1 running of 1, 2 running of 1");
});

describe("a whole process", () => {
  test("exit_group ends all threads, and tells the parent once", () => {
    const [fe, leader] = machineWith("[W W]");
    const threads = [threadOf(fe, leader), threadOf(fe, leader)];
    const child = taskOf(fe, run(sysClone(fe, threads[0], Signal.SIGCHLD)));
    run(sysExitGroup(fe, threads[1], 7));
    const killed = [leader, ...threads].map(({ flags }) => (flags & TaskFlag.SIGNALED) !== 0);
    expect(killed).toEqual([true, true, false]);
    expect(census(fe)).toBe("1 running of 1, 2 zombie of 1, 5 running of 1");
    expect(leader.signal).toMatchObject({ count: 1, live: 0, maxrss: 2n });
    expect(run(sysWait4(fe, fe.initTask, leader.pid))).toMatchObject({ pid: 2, status: 7 << 8 });
    expect(child.realParent).toBe(fe.initTask);
    expect(recount(fe)).toEqual([]);
  });

  test("whose leader is dead already reports the code of exit_group", () => {
    const [fe, leader] = machineWith("[W]");
    const thread = threadOf(fe, leader);
    run(sysExit(fe, leader, 1));
    run(sysExitGroup(fe, thread, 7));
    expect(run(sysWait4(fe, fe.initTask)).status).toBe(7 << 8);
  });

  test("a fatal signal is what wait reports", () => {
    const [fe, parent] = machineWith("[W]");
    const child = forkOf(fe, parent);
    run(dieOfSignal(fe, child, Signal.SIGKILL));
    expect(run(sysWait4(fe, parent))).toMatchObject({ pid: child.pid, status: 9 });
  });

  test("interleaved, the others exit when they are scheduled", () => {
    const fe = machine();
    fe.signalWakeUp = () => true; // the test runs the exits
    const leader = spawn(fe, "[W]");
    const thread = threadOf(fe, leader);
    stepper(fe, "L", () => sysExitGroup(fe, leader, 0)).finish();
    expect([leader.state, thread.state, thread.isKilled]).toEqual(["zombie", "running", true]);
    stepper(fe, "T", () => sysExitGroup(fe, thread, 9)).finish();
    expect(census(fe)).toBe("1 running of 1, 2 zombie of 1");
    expect(leader.signal.groupExitCode).toBe(0); // the first one's counts
    expect(recount(fe)).toEqual([]);
  });

  test("whose parent does not care, vanishes with its last thread", () => {
    const [fe, leader] = machineWhereInit("nocldwait");
    const thread = threadOf(fe, leader);
    run(sysExit(fe, leader, 0));
    expect(leader.state).toBe("zombie");
    run(sysExit(fe, thread, 0));
    expect(census(fe)).toBe("1 running of 1");
    expect(recount(fe)).toEqual([]);
  });
});

test("oom_disable_count follows the tasks that must not be chosen", () => {
  const [fe, parent] = machineWith("[W]");
  parent.signal.oomScoreAdj = OOM_SCORE_ADJ_MIN;
  mmOf(parent).oomDisableCount = 1;
  const thread = threadOf(fe, parent);
  const child = forkOf(fe, parent);
  expect([parent, child].map((task) => mmOf(task).oomDisableCount)).toEqual([2, 1]);
  run(sysExit(fe, thread, 0));
  expect(mmOf(parent).oomDisableCount).toBe(1);
  expect(recount(fe)).toEqual([]);
});

test("nobody leaves while the memory is dumped", () => {
  const [fe, parent] = machineWith("[W]");
  const thread = threadOf(fe, parent);
  const mm = mmOf(parent);
  mm.coreState = true;
  const leaving = stepper(fe, "T", () => sysExit(fe, thread, 0));
  expect(leaving.waitsFor()).toBe(`core dump of ${mm.name}`);
  expect([thread.mm, mm.mmapSem.readers]).toEqual([mm, []]);
  mm.coreState = false;
  leaving.finish();
  expect(mm.mmUsers).toBe(1);
  expect(recount(fe)).toEqual([]);
});

test("D28: a fork that fails before its first area leaves an mm without one to exit_mmap", () => {
  const [fe, parent] = machineWith("[W]");
  const before = holdings(fe);
  failNth(fe.mm.sync.gate, 8); // task, cred, files, fs, sighand, signal, mm, pgd; then a vma
  expect(run(sysFork(fe, parent))).toBeLessThan(0);
  expect(holdings(fe)).toEqual(before);
  expect(show(fe, parent)).toBe("[W]");
});

test("misuse: init does not exit, and nobody exits twice", () => {
  const fe = machine();
  expect(() => run(sysExit(fe, fe.initTask, 0))).toThrow("the kernel panics without it");
  const task = spawn(fe, "[W]");
  run(sysExit(fe, task, 0));
  expect(() => run(sysExit(fe, task, 0))).toThrow(
    new RangeError("doExit: a live task was wanted, got pid 2, which exits already"),
  );
});
