import { describe, expect, test } from "vitest";
import {
  complete,
  createCompletion,
  createSpinLock,
  createThread,
  InvariantError,
  invariant,
  type KernelThread,
  runAs,
  runToCompletion,
  runUntilBlocked,
  type Sync,
  spinLock,
  spinLockNow,
  spinUnlockNow,
  waitForCompletion,
} from "../src/index.ts";
import { createStage } from "./stage.ts";

describe("the driver", () => {
  test("hands back what the path returns", () => {
    const { sync } = createStage();
    expect(runToCompletion(spinLock(sync, createSpinLock("ptl"), "do_wp_page"))).toBe(undefined);
  });

  test("steps over points that are ready", () => {
    const { sync } = createStage(true);
    const lock = createSpinLock("ptl");
    function* path(): KernelThread<number> {
      yield* spinLock(sync, lock, "copy_pte_range");
      yield sync.allocPoint;
      yield lock.unlockPoint;
      spinUnlockNow(sync, lock, "copy_pte_range");
      return -12;
    }
    expect(runUntilBlocked(path())).toEqual({ done: true, value: -12 });
  });

  test("hands back a thread that has to wait, and can go on with it later", () => {
    const { sync, a, b } = createStage();
    const lock = createSpinLock("swap_lock");
    sync.current = b;
    spinLockNow(sync, lock, "swap_free");

    sync.current = a;
    const path = spinLock(sync, lock, "swap_duplicate");
    const blocked = runUntilBlocked(path);
    expect(blocked).toEqual({ done: false, waitsFor: lock.lockPoint });
    expect(runUntilBlocked(path)).toEqual(blocked); // asking again changes nothing

    sync.current = b;
    spinUnlockNow(sync, lock, "swap_free");
    sync.current = a;
    expect(runUntilBlocked(path)).toEqual({ done: true, value: undefined });
    expect(lock.holder).toBe(a);
  });

  test("calls it a broken rule when a path that must end waits for ever", () => {
    const { sync, b } = createStage();
    const lock = createSpinLock("swap_lock");
    sync.current = b;
    spinLockNow(sync, lock, "swap_free");
    sync.current = createThread(3, "c");
    expect(() => runToCompletion(spinLock(sync, lock, "swap_duplicate"))).toThrow(
      "runs-alone: waits for swap_lock, and nobody else runs",
    );
  });
});

describe("a completion", () => {
  test("holds its waiter until it is declared done, as vfork's parent is held (SPEC §6.6)", () => {
    const { sync } = createStage();
    const vforkDone = createCompletion("vfork_done");
    const parent = waitForCompletion(sync, vforkDone);
    const blocked = { done: false, waitsFor: vforkDone.waitPoint };
    expect(runUntilBlocked(parent)).toEqual(blocked);
    expect(runUntilBlocked(parent)).toEqual(blocked); // woken for nothing, it waits on

    complete(vforkDone);
    expect(runUntilBlocked(parent)).toMatchObject({ done: true });
  });

  test("that was done before does not hold anybody", () => {
    const { sync } = createStage();
    const vforkDone = createCompletion("vfork_done");
    complete(vforkDone);
    expect([...waitForCompletion(sync, vforkDone)]).toEqual([]);
  });

  test("is a schedule point of its own when interleaved", () => {
    const { sync } = createStage(true);
    const vforkDone = createCompletion("vfork_done");
    complete(vforkDone);
    const points = [...waitForCompletion(sync, vforkDone)];
    expect(points).toEqual([vforkDone.waitPoint]);
    expect(points[0].object).toBe(vforkDone);
  });
});

test("invariant says rule and state, and passes what holds", () => {
  expect(() => invariant(true, "count", "3 = 3")).not.toThrow();
  expect(() => invariant(false, "count", "3 = 4")).toThrow(InvariantError);
  expect(() => invariant(false, "count", "3 = 4")).toThrow("count: 3 = 4");
  expect(new InvariantError("count", "3 = 4")).toMatchObject({
    name: "InvariantError",
    rule: "count",
  });
});

describe("a path run in another thread's name", () => {
  function* holder(sync: Sync): KernelThread<string | undefined> {
    const lock = createSpinLock("ptl");
    yield* spinLock(sync, lock, "do_exit");
    const name = lock.holder?.name;
    spinUnlockNow(sync, lock, "do_exit");
    return name;
  }

  test("takes its locks as that thread, and gives the name back", () => {
    const { sync, a, b } = createStage();
    sync.current = a;
    expect(runToCompletion(runAs(sync, b, holder(sync)))).toBe("b");
    expect(sync.current).toBe(a);
  });

  test("interleaved, it is part of the thread that the scheduler runs", () => {
    const { sync, a, b } = createStage();
    sync.interleaved = true;
    sync.current = a;
    expect(runToCompletion(runAs(sync, b, holder(sync)))).toBe("a");
  });
});
