import { describe, expect, test } from "vitest";
import {
  createRwSem,
  createSpinLock,
  type Held,
  holding,
  KernelBug,
  type KernelThread,
  reading,
  runToCompletion,
  runUntilBlocked,
  type Sync,
  spinLockNow,
  spinUnlockNow,
  writing,
} from "../src/index.ts";
import { allSchedules, createStage, play } from "./stage.ts";

/** The locks that the running thread holds. */
const heldNames = (sync: Sync): string[] => sync.current.held.map(({ name }) => name);

/** A body that says which locks it found held, with one point if the machine is interleaved. */
function* look(sync: Sync): KernelThread<string> {
  if (sync.interleaved) yield sync.allocPoint;
  return heldNames(sync).join(" ");
}

/** Each way to hold a lock of that name. */
const ways: Readonly<
  Record<string, <T>(sync: Sync, name: string, body: Held<T>) => KernelThread<T>>
> = {
  holding: (sync, name, body) => holding(sync, createSpinLock(name), "do_brk", body),
  writing: (sync, name, body) => writing(sync, createRwSem(name), "do_brk", body),
  reading: (sync, name, body) => reading(sync, createRwSem(name), "do_brk", body),
};

describe.each(Object.entries(ways))("%s", (_, way) => {
  test("begins the body with the lock, ends with it, and hands on what it returns", () => {
    const { sync } = createStage();
    expect(runToCompletion(way(sync, "lock", look(sync)))).toBe("lock");
    expect(runToCompletion(way(sync, "lock", () => heldNames(sync)))).toEqual(["lock"]);
    expect(heldNames(sync)).toEqual([]);
  });

  test("takes no yield on a machine of its own", () => {
    const { sync } = createStage();
    expect([...way(sync, "lock", look(sync))]).toEqual([]);
  });

  test("interleaved, its points stand around those of the body", () => {
    const { sync } = createStage(true);
    const labels = (body: Held<unknown>): string[] =>
      [...way(sync, "lock", body)].map(({ label }) => label);
    expect(labels(look(sync))).toEqual(["lock", "alloc", "lock"]);
    expect(labels(() => 0)).toEqual(["lock", "lock"]);
  });

  test("nests, and lets go of the inner lock first", () => {
    const { sync } = createStage(true);
    const path = way(sync, "mmap_sem", way(sync, "i_mmap_lock", look(sync)));
    const labels = ["mmap_sem", "i_mmap_lock", "alloc", "i_mmap_lock", "mmap_sem"];
    expect([...path].map(({ label }) => label)).toEqual(labels);
  });

  test("a body that meets a BUG keeps the lock", () => {
    const { sync } = createStage();
    const body = (): never => {
      throw new KernelBug("page-mapped", "mapcount -2");
    };
    expect(() => runToCompletion(way(sync, "lock", body))).toThrow(KernelBug);
    expect(heldNames(sync)).toEqual(["lock"]);
  });
});

test("a spinlock that is not there leaves the body as it is", () => {
  const { sync } = createStage(true);
  expect([...holding(sync, null, "vma_link", look(sync))]).toEqual([sync.allocPoint]);
  expect(runToCompletion(holding(sync, null, "vma_link", () => 7))).toBe(7);
});

test("two locks of one class nest with a rising level", () => {
  const { sync } = createStage();
  const where = "copy_huge_pmd";
  const [child, parent] = [createSpinLock("ptl", "dst", "pt"), createSpinLock("ptl", "src", "pt")];
  const both = (subclass: number): KernelThread<string> =>
    holding(sync, child, where, holding(sync, parent, where, look(sync), subclass));
  expect(runToCompletion(both(1))).toBe("dst.pt src.pt");
  expect(() => runToCompletion(both(0))).toThrow("lock-order");
});

test("two semaphores of one class nest with a rising level", () => {
  const { sync } = createStage();
  const where = "dup_mmap";
  const [parent, child] = [
    createRwSem("mmap_sem", "src", "sem"),
    createRwSem("mmap_sem", "dst", "sem"),
  ];
  const both = (subclass: number): KernelThread<string> =>
    writing(sync, parent, where, writing(sync, child, where, look(sync), subclass));
  expect(runToCompletion(both(1))).toBe("src.sem dst.sem");
  expect(() => runToCompletion(both(0))).toThrow("lock-order");
});

test("a body waits with its lock for another one, and goes on when that is free", () => {
  const { sync, a, b } = createStage();
  const [outer, inner] = [createSpinLock("i_mmap_lock"), createSpinLock("page_table_lock")];
  sync.current = b;
  spinLockNow(sync, inner, "zap_pte_range");

  sync.current = a;
  const path = holding(sync, outer, "move_ptes", holding(sync, inner, "move_ptes", look(sync)));
  expect(runUntilBlocked(path)).toEqual({ done: false, waitsFor: inner.lockPoint });
  expect(heldNames(sync)).toEqual(["i_mmap_lock"]);

  sync.current = b;
  spinUnlockNow(sync, inner, "zap_pte_range");
  sync.current = a;
  expect(runUntilBlocked(path)).toEqual({ done: true, value: "i_mmap_lock page_table_lock" });
  expect([outer.holder, inner.holder]).toEqual([null, null]);
});

test("interleaved, no two threads are ever inside, in all 252 schedules of five steps each", () => {
  const schedules = allSchedules(5);
  expect(schedules).toHaveLength(252);
  for (const schedule of schedules) {
    const stage = createStage(true);
    const { sync } = stage;
    const lock = createSpinLock("page_table_lock");
    const inside: string[] = [];
    function* section(): KernelThread<void> {
      expect(inside).toEqual([]);
      inside.push(sync.current.name);
      yield sync.allocPoint;
      inside.pop();
    }
    const path = (): KernelThread<void> => holding(sync, lock, "do_wp_page", section());
    play(stage, { a: path(), b: path() }, schedule);
    expect(inside.length).toBeLessThanOrEqual(lock.holder === null ? 0 : 1);
  }
});
