import { expect, test } from "vitest";
import {
  condResched,
  condReschedNow,
  createRwSem,
  createSpinLock,
  downWrite,
  needResched,
  runToCompletion,
  spinLockNow,
  spinNeedbreak,
} from "../src/index.ts";
import { createStage } from "./stage.ts";

test("on an idle machine without PREEMPT both questions are answered no", () => {
  const { sync } = createStage();
  expect(needResched(sync)).toBe(false);
  expect(spinNeedbreak(sync, createSpinLock("ptl"))).toBe(false);
});

test("a script can answer them, and is told which lock is asked about", () => {
  const { sync } = createStage();
  const asked: string[] = [];
  let calls = 0;
  sync.needResched = () => ++calls === 2; // the second call finds work
  sync.spinNeedbreak = ({ name }) => {
    asked.push(name);
    return name === "src.pt";
  };

  expect([needResched(sync), needResched(sync), needResched(sync)]).toEqual([false, true, false]);
  const locks = ["src", "dst"].map((owner) => createSpinLock("ptl", owner, "pt"));
  expect(locks.map((lock) => spinNeedbreak(sync, lock))).toEqual([true, false]);
  expect(asked).toEqual(["src.pt", "dst.pt"]);
});

test("cond_resched lets something happen, and is a schedule point when interleaved", () => {
  const { sync } = createStage();
  const happened: string[] = [];
  sync.onCondResched = () => happened.push("another CPU");

  runToCompletion(condResched(sync));
  expect(happened).toEqual(["another CPU"]);

  sync.interleaved = true;
  const path = condResched(sync);
  expect(path.next().value).toBe(sync.reschedPoint);
  expect(happened).toHaveLength(1); // the point stands before it
  expect(path.next().done).toBe(true);
  expect(happened).toHaveLength(2);
});

test("nobody sleeps under a spinlock; under a semaphore one may", () => {
  const { sync } = createStage();
  runToCompletion(downWrite(sync, createRwSem("mmap_sem"), "dup_mmap"));
  expect(() => condReschedNow(sync)).not.toThrow();

  let hasSlept = false;
  sync.onCondResched = () => {
    hasSlept = true;
  };
  spinLockNow(sync, createSpinLock("ptl", "dst", "pt"), "copy_pte_range");
  expect(() => condReschedNow(sync)).toThrow(
    "sleep-under-spinlock: cond_resched while copy_pte_range holds dst.pt",
  );
  expect(hasSlept).toBe(false);
});
