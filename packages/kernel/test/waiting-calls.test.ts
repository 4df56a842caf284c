/**
 * Calls that have to wait for somebody else, on a machine where one call is made at a time: a
 * vfork parent, a fault on a page under migration, a wait for a child.
 */
import { CloneFlag, Errno, MapFlag, PAGE_SIZE, Signal } from "@forkpath/abi";
import { AccessCode } from "@forkpath/mm";
import { describe, expect, test } from "vitest";
import { BLOCKED } from "../src/index.ts";
import { createPlay, enter, fork, map, mapFile, pidOf, show, stage, startPlay } from "./stage.ts";

describe("vfork (SPEC §6.6)", () => {
  test("answers the child's pid, and leaves the parent waiting until the child exits", () => {
    const [play, kernel] = startPlay();
    const parent = pidOf(play, "P");
    map(play, "P", "W W");
    const child = kernel.vfork(parent);
    play.cast.set("C", child);
    expect(show(play)).toEqual({ P: "[W W] (0,2,0)", C: "[W W] (0,2,0)" }); // one address space
    expect([kernel.isBlocked(parent), kernel.returned(parent)]).toEqual([true, undefined]);
    expect(() => kernel.fork(parent)).toThrow(
      new RangeError(
        `fork: pid must be that of a task that runs, got ${parent}, which waits for vfork_done of ${child}`,
      ),
    );
    kernel.exit(child);
    expect([kernel.isBlocked(parent), kernel.returned(parent)]).toEqual([false, child]);
    expect(kernel.wait(parent)).toMatchObject({ pid: child, status: 0 });
    expect(kernel.returned(parent)).toBeUndefined(); // forgotten with the next call
    expect(kernel.check()).toEqual([]);
  });

  test("exec lets the parent go on as well, with its memory to itself", () => {
    const [play, kernel] = startPlay();
    map(play, "P", "W W");
    const child = kernel.vfork(pidOf(play, "P"));
    expect(kernel.execve(child, { path: "/bin/true" })).toBe(0);
    expect(kernel.isBlocked(pidOf(play, "P"))).toBe(false);
    expect(show(play)).toEqual({ P: "[W W] (0,2,0)" });
    expect(kernel.process(pidOf(play, "P")).memory?.mmUsers).toBe(1);
    expect(kernel.check()).toEqual([]);
  });

  test("CLONE_VFORK waits without sharing too", () => {
    const [play, kernel] = startPlay();
    const parent = pidOf(play, "P");
    const child = kernel.clone(parent, CloneFlag.VFORK | Signal.SIGCHLD);
    expect(kernel.isBlocked(parent)).toBe(true);
    kernel.exit(child);
    expect(kernel.returned(parent)).toBe(child);
  });

  test("a parent that is killed stops waiting, and dies; init inherits the child", () => {
    const [play, kernel] = startPlay();
    const parent = pidOf(play, "P");
    const child = kernel.vfork(parent);
    expect(kernel.kill(parent)).toBe(true);
    expect(kernel.process(parent)).toMatchObject({ state: "zombie", memory: null });
    expect(kernel.process(child)).toMatchObject({ state: "running", ppid: 1 });
    expect(kernel.wait(1)).toMatchObject({ pid: parent, status: Signal.SIGKILL });
    kernel.exit(child);
    expect(kernel.check()).toEqual([]);
  });
});

describe("a fault on a page under migration (SPEC §9.5/2)", () => {
  test("waits for its end, which it makes fail: who waits holds the page", () => {
    const { play, kernel, pid, heap } = stage("W W");
    const frame = kernel.frame(pid, heap);
    const faults = kernel.process(pid).minFlt;
    expect(kernel.migrateBegin(pid, heap, PAGE_SIZE)).toBe(1);
    expect(kernel.write(pid, heap)).toBe(BLOCKED);
    expect(show(play)).toEqual({ P: "[M W] (0,2,0)" });
    expect(kernel.migrateEnd()).toBe(0);
    expect(show(play)).toEqual({ P: "[W W] (0,2,0)" });
    expect(kernel.frame(pid, heap)).toBe(frame);
    expect(kernel.returned(pid)).toBe(AccessCode.FAULTED);
    expect(kernel.process(pid).minFlt - faults).toBe(1);
    kernel.migrateBegin(pid, heap, PAGE_SIZE);
    expect(kernel.migrateEnd()).toBe(1);
    expect(kernel.frame(pid, heap)).not.toBe(frame);
    expect(kernel.check()).toEqual([]);
  });

  test("two tasks wait for one page", () => {
    const { play, kernel, heap } = stage("W");
    const child = fork(play, "P", "C");
    kernel.migrateBegin(child, heap, PAGE_SIZE);
    const pids = [pidOf(play, "P"), child];
    expect(pids.map((pid) => kernel.read(pid, heap))).toEqual([BLOCKED, BLOCKED]);
    kernel.migrateEnd();
    expect(pids.map((pid) => kernel.returned(pid))).toEqual([
      AccessCode.FAULTED,
      AccessCode.FAULTED,
    ]);
    expect(show(play)).toEqual({ P: "[r] (0,1,0)", C: "[r] (0,1,0)" });
    expect(kernel.check()).toEqual([]);
  });
});

describe("the recount knows the references of calls that sleep (SPEC I5)", () => {
  test("a fault's, of each task that waits for the page", () => {
    const { play, kernel, heap } = stage("W");
    const child = fork(play, "P", "C");
    kernel.migrateBegin(child, heap, PAGE_SIZE);
    kernel.write(pidOf(play, "P"), heap);
    expect(kernel.check()).toEqual([]);
    kernel.read(child, heap);
    expect(kernel.check()).toEqual([]);
    kernel.migrateEnd();
    expect(kernel.check()).toEqual([]);
  });

  test("all that get_user_pages has pinned before the page that it waits for", () => {
    const { kernel, pid, heap } = stage("W W W");
    kernel.migrateBegin(pid, heap + 2 * PAGE_SIZE, PAGE_SIZE);
    expect(kernel.pin(pid, heap, 3 * PAGE_SIZE)).toBe(BLOCKED);
    expect(kernel.check()).toEqual([]);
    kernel.migrateEnd();
    expect([kernel.returned(pid), kernel.check()]).toEqual([3, []]);
    kernel.unpinAll();
    expect(kernel.check()).toEqual([]);
  });

  test("mlock's, for a page of a file that another process sends on its way", () => {
    const [play, kernel] = startPlay();
    const heap = mapFile(play, "P", "r r", { flags: MapFlag.SHARED });
    const child = fork(play, "P", "C");
    kernel.touch(child, heap, "r r");
    kernel.migrateBegin(child, heap, PAGE_SIZE);
    expect(kernel.mlock(pidOf(play, "P"), heap, 2 * PAGE_SIZE)).toBe(BLOCKED);
    expect(kernel.check().filter(({ field }) => field !== "locked_vm")).toEqual([]);
    kernel.migrateEnd();
    expect(kernel.check()).toEqual([]);
  });

  test("swapoff's, when it waits for a process whose page it brings back", () => {
    const { play, kernel, pid, heap } = stage("W W", { swap: [{ pages: 16 }] });
    kernel.reclaim(pid, { start: heap, end: heap + PAGE_SIZE });
    kernel.migrateBegin(pid, heap + PAGE_SIZE, PAGE_SIZE);
    expect(kernel.mlock(pid, heap + PAGE_SIZE, PAGE_SIZE)).toBe(BLOCKED);
    const admin = enter(play, "A");
    expect(kernel.swapoff(admin, 0)).toBe(BLOCKED);
    expect(kernel.check()).toEqual([]);
    kernel.migrateEnd();
    expect([kernel.returned(admin), kernel.check()]).toEqual([0, []]);
  });
});

describe("waitFor", () => {
  test("waits until a child dies, and reaps it", () => {
    const [play, kernel] = startPlay();
    const parent = pidOf(play, "P");
    expect(kernel.waitFor(parent)).toBe(-Errno.ECHILD);
    const child = fork(play, "P", "C");
    expect(kernel.waitFor(parent)).toBe(BLOCKED);
    kernel.exit(child, 3);
    expect(kernel.returned(parent)).toBe(child);
    expect(() => kernel.process(child)).toThrow(RangeError);
    expect(kernel.check()).toEqual([]);
  });

  test("a signal ends the waiting", () => {
    const [play, kernel] = startPlay();
    const parent = pidOf(play, "P");
    fork(play, "P", "C");
    kernel.waitFor(parent);
    kernel.setSignalPending(parent, true);
    expect([kernel.isBlocked(parent), kernel.returned(parent)]).toEqual([false, -Errno.EINTR]);
  });

  test("wait does not wait: pid 0 says that all children live", () => {
    const play = createPlay();
    const child = fork(play, "P", "C");
    expect(play.kernel.wait(pidOf(play, "P"))).toEqual({ pid: 0, status: 0, rusage: null });
    expect(play.kernel.wait(pidOf(play, "P"), child)).toMatchObject({ pid: 0 });
  });
});

describe("who is not there makes no calls", () => {
  test("nobody", () => {
    expect(() => createPlay().kernel.fork(99)).toThrow(
      new RangeError("fork: pid must be that of a live task, got 99"),
    );
  });

  test("a zombie", () => {
    const play = createPlay();
    const child = fork(play, "P", "C");
    play.kernel.exit(child);
    expect(() => play.kernel.fork(child)).toThrow(/^fork: pid must be that of a live task/);
    expect(play.kernel.process(child).state).toBe("zombie");
  });

  test("a task without memory makes no calls about memory", () => {
    const { kernel } = createPlay();
    expect(() => kernel.mmap(1, { len: PAGE_SIZE })).toThrow(
      new RangeError("mmap: pid must be that of a task with memory, got 1"),
    );
  });
});

test("a task of another user has its own limits and no privileges", () => {
  const [play, kernel] = startPlay({ rlimits: { nproc: 2 } });
  const pid = enter(play, "U", { uid: 1000 });
  expect(kernel.fork(pid)).toBeGreaterThan(0);
  expect(kernel.fork(pid)).toBe(-Errno.EAGAIN); // SPEC §6.3/8: two tasks are enough
  expect(kernel.fork(pidOf(play, "P"))).toBeGreaterThan(0); // root may
  expect(kernel.check()).toEqual([]);
});

test("who leaves an address space that is being dumped waits, and goes on when the dump ends", () => {
  const [play, kernel] = startPlay();
  const pid = pidOf(play, "P");
  map(play, "P", "W W");
  kernel.setCoreDump(pid, true);
  expect(kernel.exit(pid)).toBe(BLOCKED);
  expect([kernel.process(pid).state, kernel.isBlocked(pid)]).toEqual(["running", true]);
  kernel.setCoreDump(pid, false); // no other call is needed to wake it
  expect([kernel.process(pid).state, kernel.isBlocked(pid)]).toEqual(["zombie", false]);
  expect(() => kernel.setCoreDump(pid, true)).toThrow(RangeError);
  expect(kernel.check()).toEqual([]);
});
