/** wait4 and getrusage: peaks and counts, and where they go (SPEC §8.7, D9, D10). */
import { CloneFlag, Errno, Madvise, PAGE_SIZE, Signal } from "@forkpath/abi";
import { sysMadvise } from "@forkpath/mm";
import { runUntilBlocked } from "@forkpath/sync";
import { run } from "@forkpath/test-world";
import { describe, expect, test } from "vitest";
import {
  ANY_CHILD,
  type ForkEnv,
  getrusage,
  RusageWho,
  sysClone,
  sysExit,
  sysWait4,
  type TaskStruct,
  WaitOption,
} from "../../src/index.ts";
import { recount } from "../recount.ts";
import { forkOf, machine, machineWith, map, mmOf, show, spawn, taskOf } from "../world.ts";

const maxrssOf = (fe: ForkEnv, task: TaskStruct, who: RusageWho): bigint =>
  run(getrusage(fe, task, who)).maxrssKb;
/** Maps and fills an area, then gives its pages back: the peak stays. */
function peak(fe: ForkEnv, task: TaskStruct, pages: number): void {
  const addr = map(fe, task, `[${"W ".repeat(pages).trim()}]`);
  run(sysMadvise(fe.mm, mmOf(task), addr, pages * PAGE_SIZE, Madvise.DONTNEED));
}

describe("ru_maxrss, in kB", () => {
  test("of a process is the peak of its memory, not what it has now", () => {
    const [fe, task] = machineWith("[W W]");
    peak(fe, task, 10);
    expect(maxrssOf(fe, task, RusageWho.SELF)).toBe(48n);
    expect(maxrssOf(fe, task, RusageWho.THREAD)).toBe(48n);
    expect(maxrssOf(fe, task, RusageWho.CHILDREN)).toBe(0n);
  });

  test("is told beside times of 0, and fields that no kernel fills in", () => {
    const fe = machine();
    const usage = run(getrusage(fe, spawn(fe, "[W]"), RusageWho.SELF));
    const zeroes = { utimeUs: 0, stimeUs: 0, ixrss: 0, idrss: 0, isrss: 0 };
    expect(usage).toMatchObject(zeroes);
  });

  test("of children is the largest of any one, grandchildren included", () => {
    const [fe, parent] = machineWith("[W]");
    const child = forkOf(fe, parent);
    const grandchild = forkOf(fe, child);
    peak(fe, grandchild, 9);
    run(sysExit(fe, grandchild, 0));
    run(sysWait4(fe, child));
    const sibling = forkOf(fe, parent);
    peak(fe, sibling, 4);
    for (const task of [child, sibling]) run(sysExit(fe, task, 0));
    expect(maxrssOf(fe, parent, RusageWho.CHILDREN)).toBe(0n); // nobody was reaped yet
    run(sysWait4(fe, parent, sibling.pid));
    expect(maxrssOf(fe, parent, RusageWho.CHILDREN)).toBe(20n);
    const { rusage } = run(sysWait4(fe, parent, child.pid));
    expect(rusage?.maxrssKb).toBe(40n); // its own child's: wait4 reports both
    expect(maxrssOf(fe, parent, RusageWho.CHILDREN)).toBe(40n);
    expect(maxrssOf(fe, parent, RusageWho.SELF)).toBe(4n);
  });

  test("of a child that nobody waits for is lost", () => {
    const [fe, parent] = machineWith("[W]");
    parent.sighand.sigchld = "ignore";
    const child = forkOf(fe, parent);
    peak(fe, child, 9);
    run(sysExit(fe, child, 0));
    expect(fe.tasks.has(child.pid)).toBe(false);
    expect(maxrssOf(fe, parent, RusageWho.CHILDREN)).toBe(0n);
    expect(recount(fe)).toEqual([]);
  });

  test("D9: of a vfork child is its parent's", () => {
    const [fe, parent] = machineWith("[W W]");
    peak(fe, parent, 20);
    const child = taskOf(fe, run(sysClone(fe, parent, CloneFlag.VM | Signal.SIGCHLD)));
    run(sysExit(fe, child, 0));
    expect(run(sysWait4(fe, parent)).rusage?.maxrssKb).toBe(88n);
    expect(maxrssOf(fe, parent, RusageWho.CHILDREN)).toBe(88n);
  });

  test("D10: of a fork child is at least what it was forked with", () => {
    const [fe, parent] = machineWith("[W W W W W]");
    peak(fe, parent, 20);
    run(sysExit(fe, forkOf(fe, parent), 0));
    expect(run(sysWait4(fe, parent)).rusage?.maxrssKb).toBe(20n);
  });

  test("of a counter that wrapped below zero is what an unsigned long says", () => {
    const [fe, task] = machineWith("[W]");
    task.signal.maxrss = 2n ** 64n - 1n;
    expect(maxrssOf(fe, task, RusageWho.SELF)).toBe(2n ** 64n - 4n);
  });
});

test("faults and switches: a dead thread's stay with the process, a reaped child's go to the parent", () => {
  const [fe, parent] = machineWith("[W]");
  const child = forkOf(fe, parent);
  const flags = CloneFlag.VM | CloneFlag.SIGHAND | CloneFlag.THREAD;
  const thread = taskOf(fe, run(sysClone(fe, child, flags)));
  Object.assign(child, { minFlt: 1, majFlt: 2, nvcsw: 3, nivcsw: 4 });
  Object.assign(thread, { minFlt: 10, majFlt: 20, nvcsw: 30, nivcsw: 40 });
  const minFltOf = (task: TaskStruct, who: RusageWho): number =>
    run(getrusage(fe, task, who)).minFlt;
  expect([RusageWho.THREAD, RusageWho.SELF].map((who) => minFltOf(child, who))).toEqual([1, 11]);
  run(sysExit(fe, thread, 0));
  expect(minFltOf(child, RusageWho.SELF)).toBe(11);
  run(sysExit(fe, child, 0));
  const { rusage } = run(sysWait4(fe, parent));
  expect(rusage).toMatchObject({ minFlt: 11, majFlt: 22, nvcsw: 33, nivcsw: 44, utimeUs: 0 });
  expect(run(getrusage(fe, parent, RusageWho.CHILDREN))).toMatchObject({ minFlt: 11, majFlt: 22 });
  expect(run(getrusage(fe, parent, RusageWho.BOTH)).minFlt).toBe(11 + parent.minFlt);
  run(sysExit(fe, parent, 0));
  run(sysWait4(fe, fe.initTask));
  const inherited = run(getrusage(fe, fe.initTask, RusageWho.CHILDREN)).minFlt;
  expect(inherited).toBe(11 + parent.minFlt); // its child's too
});

describe("wait4", () => {
  test("sleeps until a child dies", () => {
    const [fe, parent] = machineWith("[W]");
    const child = forkOf(fe, parent);
    const waiting = sysWait4(fe, parent);
    expect(runUntilBlocked(waiting)).toMatchObject({ waitsFor: { label: "children of 2" } });
    run(sysExit(fe, child, 5));
    expect(runUntilBlocked(waiting)).toMatchObject({ value: { pid: 3, status: 5 << 8 } });
    expect(fe.tasks.has(child.pid)).toBe(false);
    expect(recount(fe)).toEqual([]);
  });

  test("answers -ECHILD without any child, and for somebody else's", () => {
    const [fe, stranger] = machineWith("[W]");
    const parent = spawn(fe, "[W]");
    const nobody = { pid: -Errno.ECHILD, status: 0, rusage: null };
    expect(run(sysWait4(fe, parent, ANY_CHILD, WaitOption.ALL))).toEqual(nobody);
    expect(run(sysWait4(fe, parent, stranger.pid))).toEqual(nobody);
  });

  test("with NOHANG answers 0 while all children live, and a signal ends the sleep", () => {
    const [fe, parent] = machineWith("[W]");
    forkOf(fe, parent);
    expect(run(sysWait4(fe, parent, ANY_CHILD, WaitOption.NOHANG)).pid).toBe(0);
    parent.hasPendingSignal = true;
    expect(run(sysWait4(fe, parent)).pid).toBe(-Errno.EINTR);
  });

  test("without ALL looks for children that send SIGCHLD, with CLONE for the others", () => {
    const [fe, parent] = machineWith("[W]");
    const silent = taskOf(fe, run(sysClone(fe, parent, 0)));
    run(sysExit(fe, silent, 0));
    expect(run(sysWait4(fe, parent)).pid).toBe(-Errno.ECHILD);
    expect(run(sysWait4(fe, parent, ANY_CHILD, WaitOption.CLONE)).pid).toBe(silent.pid);
  });

  test("reaps a child of another thread, and a leader only after its threads", () => {
    const [fe, parent] = machineWith("[W]");
    const flags = CloneFlag.VM | CloneFlag.SIGHAND | CloneFlag.THREAD;
    const waiter = taskOf(fe, run(sysClone(fe, parent, flags)));
    const child = forkOf(fe, parent);
    const thread = taskOf(fe, run(sysClone(fe, child, flags)));
    run(sysExit(fe, child, 0));
    expect(run(sysWait4(fe, waiter, ANY_CHILD, WaitOption.NOHANG)).pid).toBe(0);
    run(sysExit(fe, thread, 0));
    expect(run(sysWait4(fe, waiter)).pid).toBe(child.pid);
    expect(show(fe, waiter)).toBe("[r]");
    expect(recount(fe)).toEqual([]);
  });

  test("takes no process groups", () => {
    const fe = machine();
    expect(() => run(sysWait4(fe, fe.initTask, 0))).toThrow("sysWait4: pid must be from 1");
  });
});
