/**
 * A thread that is killed while it waits inside a call comes to that call's end first: it holds
 * locks there, and dies on its way back to user space (SPEC §7.5/1, §8.1).
 *
 *    two threads, one address space        T reads a page under migration
 *
 *    L:  exit_group                        L is a zombie, T waits, the memory is still there
 *    migration ends                        T's fault ends, T dies, nothing is left
 */
import { CloneFlag, PAGE_SIZE, Signal } from "@forkpath/abi";
import { expect, test } from "vitest";
import { BLOCKED } from "../src/index.ts";
import { createPlay, map, type Play, pidOf, show, stage, startPlay } from "./stage.ts";

const THREAD = CloneFlag.VM | CloneFlag.FS | CloneFlag.FILES | CloneFlag.SIGHAND | CloneFlag.THREAD;

/** P with a second thread, which waits for its first page to arrive. */
function createWaitingThread(): Play & { leader: number; thread: number } {
  const { play, kernel, pid: leader, heap } = stage("W W");
  const thread = kernel.clone(leader, THREAD);
  kernel.migrateBegin(leader, heap, PAGE_SIZE);
  expect(kernel.read(thread, heap)).toBe(BLOCKED);
  return { ...play, leader, thread };
}

test("exit_group: the leader goes first, the memory with the thread that waits", () => {
  const play = createWaitingThread();
  const { kernel, leader, thread } = play;
  kernel.exitGroup(leader, 3);
  expect(kernel.process(leader)).toMatchObject({ state: "zombie", memory: null });
  expect(kernel.process(thread)).toMatchObject({ state: "running", memory: { mmUsers: 1 } });
  expect(kernel.wait(1)).toMatchObject({ pid: 0 }); // a thread lives: nobody is told yet
  kernel.migrateEnd();
  expect(() => kernel.process(thread)).toThrow(RangeError);
  expect(kernel.wait(1)).toMatchObject({ pid: leader, status: 0x300 });
  expect(kernel.totals()).toMatchObject({ tasks: 1, committed: 0 });
  expect(kernel.check()).toEqual([]);
});

test("a signal to the one that waits ends the others at once", () => {
  const { kernel, leader, thread } = createWaitingThread();
  expect(kernel.kill(thread)).toBe(false);
  expect(kernel.process(leader).state).toBe("zombie");
  kernel.migrateEnd();
  expect(kernel.wait(1)).toMatchObject({ pid: leader, status: Signal.SIGKILL });
  expect(kernel.check()).toEqual([]);
});

test("exec waits for the thread that waits (SPEC §7.5/1)", () => {
  const { kernel, leader, thread, ...play } = createWaitingThread();
  expect(kernel.execve(leader, { path: "/bin/sh" })).toBe(BLOCKED);
  kernel.migrateEnd();
  expect(kernel.returned(leader)).toBe(0);
  expect(() => kernel.process(thread)).toThrow(RangeError);
  expect(show({ kernel, ...play })).toEqual({ P: "(0,1,0)" });
  expect(kernel.check()).toEqual([]);
});

test("exec by a thread takes over from a leader that cannot leave yet, and its pid", () => {
  const [play, kernel] = startPlay();
  const leader = pidOf(play, "P");
  const thread = kernel.clone(leader, THREAD);
  kernel.setCoreDump(leader, true);
  expect(kernel.execve(thread, { path: "/bin/sh" })).toBe(BLOCKED);
  expect(() => kernel.execve(leader, { path: "/bin/ls" })).toThrow(/waits for core dump of/);
  kernel.setCoreDump(thread, false);
  expect(kernel.returned(thread)).toBe(0);
  expect(kernel.process(leader)).toMatchObject({ pid: leader, state: "running" });
  expect(() => kernel.process(thread)).toThrow(RangeError);
  expect(kernel.check()).toEqual([]);
});

test("a vfork parent that is killed by its group's end dies with it, and its child lives", () => {
  const [play, kernel] = startPlay();
  const leader = pidOf(play, "P");
  map(play, "P", "W W");
  const thread = kernel.clone(leader, THREAD);
  const child = kernel.vfork(thread);
  kernel.exitGroup(leader);
  expect(kernel.wait(1)).toMatchObject({ pid: leader, status: 0 });
  expect(() => kernel.process(thread)).toThrow(RangeError);
  expect(kernel.process(child)).toMatchObject({ state: "running", ppid: 1 });
  expect(kernel.process(child).memory?.mmUsers).toBe(1);
  kernel.exit(child);
  expect(kernel.check()).toEqual([]);
});

test("init is not killed, and nothing has changed", () => {
  const { kernel } = createPlay();
  const before = kernel.totals();
  expect(() => kernel.kill(1)).toThrow(
    new RangeError("sendFatalSignal: any process but init was wanted: no signal kills it"),
  );
  expect(kernel.totals()).toEqual(before);
  expect(kernel.fork(1)).toBeGreaterThan(1);
  expect(kernel.check()).toEqual([]);
});

test("exec waits for no other thread: those are dead at once", () => {
  const { kernel, leader, thread } = createWaitingThread();
  const other = kernel.clone(leader, THREAD);
  expect(kernel.execve(leader, { path: "/bin/sh" })).toBe(BLOCKED);
  expect(() => kernel.process(other)).toThrow(RangeError);
  expect(kernel.process(thread).state).toBe("running");
  kernel.migrateEnd();
  expect(kernel.returned(leader)).toBe(0);
  expect(kernel.check()).toEqual([]);
});
