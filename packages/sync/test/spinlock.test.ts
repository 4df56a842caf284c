import { describe, expect, test } from "vitest";
import * as spin from "../src/index.ts";
import { allSchedules, createStage, play } from "./stage.ts";

const heldNames = (sync: spin.Sync): string[] => sync.current.held.map(({ name }) => name);

/** The two page-table locks of one fork: same class, taken child first (SPEC §0.7/4). */
const pageTableLocks = (): { dst: spin.SpinLock; src: spin.SpinLock } => ({
  dst: spin.createSpinLock("ptl", "dst", "pt"),
  src: spin.createSpinLock("ptl", "src", "pt"),
});

/** Both are held, and swap_lock inside. */
function insideFork(): { sync: spin.Sync; dst: spin.SpinLock; src: spin.SpinLock } {
  const { sync } = createStage();
  const { dst, src } = pageTableLocks();
  spin.spinLockNow(sync, dst, "copy_pte_range");
  spin.spinLockNow(sync, src, "copy_pte_range", 1);
  spin.takeLeafLock(sync, spin.createSpinLock("swap_lock"), "swap_duplicate");
  return { sync, dst, src };
}

test("a free lock is taken and given back without a single yield", () => {
  const { sync, a } = createStage();
  const lock = spin.createSpinLock("page_table_lock");

  expect(spin.spinLockNow(sync, lock, "do_anonymous_page")).toBe(true);
  expect(lock).toMatchObject({ holder: a, where: "do_anonymous_page", contentions: 0 });
  expect(heldNames(sync)).toEqual(["page_table_lock"]);

  spin.spinUnlockNow(sync, lock, "do_anonymous_page");
  expect(lock.holder).toBe(null);
  expect(heldNames(sync)).toEqual([]);
});

test("locks may be given back in any order", () => {
  const { sync, dst, src } = insideFork();
  expect(heldNames(sync)).toEqual(["dst.pt", "src.pt", "swap_lock"]);

  spin.spinUnlockNow(sync, src, "copy_pte_range");
  expect(heldNames(sync)).toEqual(["dst.pt", "swap_lock"]);
  spin.spinUnlockNow(sync, dst, "copy_pte_range");
  expect(heldNames(sync)).toEqual(["swap_lock"]);
});

describe("broken discipline is an InvariantError that names both places", () => {
  test("taking a lock twice", () => {
    const { sync } = createStage();
    const lock = spin.createSpinLock("swap_lock");
    spin.spinLockNow(sync, lock, "swap_free");

    const message =
      "lock-taken-twice: swap_duplicate takes swap_lock, which swap_free took already";
    expect(() => spin.runToCompletion(spin.spinLock(sync, lock, "swap_duplicate"))).toThrow(
      new spin.InvariantError("lock-taken-twice", message.slice("lock-taken-twice: ".length)),
    );
    expect(() => spin.takeLeafLock(sync, lock, "swap_duplicate")).toThrow(message);
    expect(lock.where).toBe("swap_free");
  });

  test("nesting two locks of one class on one level, or downwards", () => {
    const { sync } = createStage();
    const { dst, src } = pageTableLocks();
    spin.spinLockNow(sync, dst, "copy_pte_range", 1);

    expect(() => spin.spinLockNow(sync, src, "move_ptes", 1)).toThrow(
      "lock-order: move_ptes takes src.pt (level 1) inside dst.pt (level 1) of copy_pte_range, " +
        "and both are of class ptl",
    );
    expect(() => spin.spinLockNow(sync, src, "move_ptes", 0)).toThrow("lock-order");
    expect(src.holder).toBe(null);
    expect(heldNames(sync)).toEqual(["dst.pt"]);
  });

  test("releasing what nobody holds", () => {
    const { sync } = createStage();
    const lock = spin.createSpinLock("swap_lock");
    expect(() => spin.spinUnlockNow(sync, lock, "swap_free")).toThrow(
      "unlock-not-held: swap_free of a releases swap_lock, which nobody holds",
    );
  });

  test("releasing what another thread holds", () => {
    const { sync, a, b } = createStage();
    const lock = spin.createSpinLock("swap_lock");
    spin.spinLockNow(sync, lock, "swap_free");
    sync.current = b;
    expect(() => spin.spinUnlockNow(sync, lock, "swap_duplicate")).toThrow(
      "unlock-not-held: swap_duplicate of b releases swap_lock, which a (swap_free) holds",
    );
    expect(lock.holder).toBe(a);
  });

  test("finding a leaf lock taken, since its holders never stop inside", () => {
    const { sync, b } = createStage();
    const lock = spin.createSpinLock("mmlist_lock");
    spin.takeLeafLock(sync, lock, "copy_one_pte");
    sync.current = b;
    expect(() => spin.takeLeafLock(sync, lock, "mmput")).toThrow(
      "leaf-lock: mmput finds mmlist_lock held by a in copy_one_pte",
    );
  });
});

test("locks of one class nest with rising levels, locks of two classes as they like", () => {
  const { sync } = insideFork();
  expect(heldNames(sync)).toEqual(["dst.pt", "src.pt", "swap_lock"]);
});

test("a thread that finds the lock taken waits, and that is counted", () => {
  const { sync, a, b } = createStage();
  const lock = spin.createSpinLock("page_table_lock");
  spin.spinLockNow(sync, lock, "zap_pte_range");

  sync.current = b;
  expect(spin.spinLockNow(sync, lock, "do_wp_page")).toBe(false);
  const waiter = spin.spinLock(sync, lock, "do_wp_page");
  expect(spin.runUntilBlocked(waiter)).toEqual({ done: false, waitsFor: lock.lockPoint });
  expect(lock).toMatchObject({ holder: a, contentions: 1 });

  sync.current = a;
  spin.spinUnlockNow(sync, lock, "zap_pte_range");
  sync.current = b;
  expect(spin.runUntilBlocked(waiter)).toEqual({ done: true, value: undefined });
  expect(lock).toMatchObject({ holder: b, where: "do_wp_page", contentions: 1 });
});

test("a trylock never waits, and counts when it fails", () => {
  const { sync, b } = createStage();
  const lock = spin.createSpinLock("page_table_lock");
  expect(spin.spinTrylock(sync, lock, "page_referenced")).toBe(true);

  sync.current = b;
  expect(spin.spinTrylock(sync, lock, "page_referenced")).toBe(false);
  expect(lock.contentions).toBe(1);
  expect(heldNames(sync)).toEqual([]);
});

test("interleaved, no two threads are ever inside, in all 70 schedules of four steps each", () => {
  function* section(
    sync: spin.Sync,
    lock: spin.SpinLock,
    inside: string[],
  ): spin.KernelThread<void> {
    yield* spin.spinLock(sync, lock, "do_wp_page");
    expect(inside).toEqual([]);
    inside.push(sync.current.name);
    yield* spin.spinUnlock(sync, lock, "do_wp_page");
    inside.pop();
  }
  const schedules = allSchedules(4);
  expect(schedules).toHaveLength(70);
  for (const schedule of schedules) {
    const stage = createStage(true);
    const lock = spin.createSpinLock("page_table_lock");
    const inside: string[] = [];
    const path = (): spin.KernelThread<void> => section(stage.sync, lock, inside);
    play(stage, { a: path(), b: path() }, schedule);
    expect(inside).toEqual(lock.holder === null ? [] : [lock.holder.name]);
  }
});

test("interleaved, both halves of a lock are schedule points of its name", () => {
  const stage = createStage(true);
  const { sync, a } = stage;
  const lock = spin.createSpinLock("ptl", "dst", "pt");
  expect(spin.spinLockNow(sync, lock, "copy_pte_range")).toBe(false);

  const taking = spin.spinLock(sync, lock, "copy_pte_range");
  expect(taking.next().value).toMatchObject({ label: "dst.pt", object: lock });
  expect(lock.holder).toBe(null); // a point stands before what it announces
  expect(taking.next()).toEqual({ done: true, value: undefined });
  expect(lock.holder).toBe(a);
  expect(lock.lockPoint.ready()).toBe(false);

  const releasing = spin.spinUnlock(sync, lock, "copy_pte_range");
  expect(releasing.next().value).toBe(lock.unlockPoint);
  expect(lock.unlockPoint.ready()).toBe(true);
  expect(releasing.next().done).toBe(true);
  expect(lock.holder).toBe(null);
});

test("a lock's points tell of the lock alone, unless its holder has told what it touches", () => {
  const { sync } = createStage(true);
  const lock = spin.createSpinLock("page_table_lock");
  const terms = { touches: ["entry", "page"], atOnce: ["entry"] };
  const taking = spin.spinLock(sync, lock, "zap_pte_range", 0, terms);
  const told = { object: lock, label: "page_table_lock", parts: ["entry"], holds: terms.touches };
  expect(taking.next().value).toMatchObject({ ...told, kind: spin.PointKind.LOCK });
  taking.next();
  expect(lock.unlockPoint).toMatchObject({ ...told, kind: spin.PointKind.UNLOCK });

  spin.spinUnlockNow(sync, lock, "zap_pte_range");
  for (const { parts, holds } of [lock.lockPoint, lock.unlockPoint]) {
    expect([parts, holds]).toEqual([undefined, undefined]);
  }
});

test("a hold that has told what it touches takes no lock that it may wait for", () => {
  const { sync } = createStage(true);
  const [lock, other] = [spin.createSpinLock("pte_lock"), spin.createSpinLock("anon_vma")];
  const inner = spin.holding(sync, other, "page_move_anon_rmap", () => 0);
  const terms = { touches: ["entry"], atOnce: [] };
  const path = spin.holding(sync, lock, "do_wp_page", inner, 0, terms);
  expect(() => spin.runToCompletion(path)).toThrow(
    "told-hold-waits: page_move_anon_rmap may wait for anon_vma inside pte_lock of do_wp_page, " +
      "which told all that it touches",
  );
});
