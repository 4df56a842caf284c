import { expect, test } from "vitest";
import {
  createRwSem,
  downRead,
  downReadTrylock,
  downWrite,
  type KernelThread,
  type RwSem,
  runToCompletion,
  runUntilBlocked,
  type Sync,
  upRead,
  upWrite,
} from "../src/index.ts";
import { createStage, play } from "./stage.ts";

/** Who is inside: `r` for each reader's name, `w` for the writer's. */
const inside = (sem: RwSem): string[] => [
  ...sem.readers.map(({ name }) => `r ${name}`),
  ...(sem.writer === null ? [] : [`w ${sem.writer.name}`]),
];

test("readers share the semaphore", () => {
  const { sync, b } = createStage();
  const sem = createRwSem("mmap_sem");
  runToCompletion(downRead(sync, sem, "do_page_fault"));
  sync.current = b;
  runToCompletion(downRead(sync, sem, "do_page_fault"));
  expect(inside(sem)).toEqual(["r a", "r b"]);

  runToCompletion(upRead(sync, sem, "do_page_fault"));
  expect(inside(sem)).toEqual(["r a"]);
});

test("a writer waits for the last reader, and then keeps everybody out", () => {
  const { sync, a, b } = createStage();
  const sem = createRwSem("mmap_sem");
  runToCompletion(downRead(sync, sem, "do_page_fault"));

  sync.current = b;
  const writer = downWrite(sync, sem, "dup_mmap");
  expect(runUntilBlocked(writer)).toEqual({ done: false, waitsFor: sem.writePoint });
  expect(sem.contentions).toBe(1);

  sync.current = a;
  runToCompletion(upRead(sync, sem, "do_page_fault"));
  sync.current = b;
  expect(runUntilBlocked(writer)).toMatchObject({ done: true });
  expect(inside(sem)).toEqual(["w b"]);

  sync.current = a;
  expect(downReadTrylock(sync, sem, "try_to_unuse")).toBe(false);
  expect(runUntilBlocked(downRead(sync, sem, "do_page_fault"))).toMatchObject({ done: false });
  expect(runUntilBlocked(downWrite(sync, sem, "sys_munmap"))).toMatchObject({ done: false });
  expect(inside(sem)).toEqual(["w b"]);

  sync.current = b;
  runToCompletion(upWrite(sync, sem, "dup_mmap"));
  expect(inside(sem)).toEqual([]);
  sync.current = a;
  expect(downReadTrylock(sync, sem, "try_to_unuse")).toBe(true);
});

test("fork write-locks the parent's semaphore, then the child's one level up (SPEC §0.7/1)", () => {
  const { sync } = createStage();
  const [parent, child] = [
    createRwSem("mmap_sem", "src", "sem"),
    createRwSem("mmap_sem", "dst", "sem"),
  ];
  runToCompletion(downWrite(sync, parent, "dup_mmap"));
  expect(() => runToCompletion(downWrite(sync, child, "dup_mmap"))).toThrow(
    "lock-order: dup_mmap takes dst.sem (level 0) inside src.sem (level 0) of dup_mmap, " +
      "and both are of class mmap_sem",
  );
  runToCompletion(downWrite(sync, child, "dup_mmap", 1));
  expect([...inside(parent), ...inside(child)]).toEqual(["w a", "w a"]);

  runToCompletion(upWrite(sync, parent, "dup_mmap")); // not the last one taken
  expect(sync.current.held).toEqual([child]);
});

test("taking it twice is an InvariantError, as reader or as writer", () => {
  const { sync } = createStage();
  const sem = createRwSem("mmap_sem");
  runToCompletion(downRead(sync, sem, "do_page_fault"));
  const message = "takes mmap_sem, which do_page_fault took already";
  expect(() => runToCompletion(downRead(sync, sem, "sys_brk"))).toThrow(message);
  expect(() => runToCompletion(downWrite(sync, sem, "sys_brk"))).toThrow(message);
});

test("releasing what one does not hold names who took it last", () => {
  const { sync, b } = createStage();
  const sem = createRwSem("mmap_sem");
  expect(() => runToCompletion(upRead(sync, sem, "sys_brk"))).toThrow(
    "unlock-not-held: sys_brk of a releases mmap_sem, not held for read; nobody took it yet",
  );
  runToCompletion(downRead(sync, sem, "do_page_fault"));
  expect(() => runToCompletion(upWrite(sync, sem, "sys_brk"))).toThrow(
    "not held for write; last taken in do_page_fault",
  );
  sync.current = b;
  expect(() => runToCompletion(upRead(sync, sem, "sys_brk"))).toThrow(
    "sys_brk of b releases mmap_sem, not held for read; last taken in do_page_fault",
  );
  expect(inside(sem)).toEqual(["r a"]);
});

test("its schedule points name the semaphore, and two of them can close", () => {
  const { sync } = createStage();
  const sem = createRwSem("mmap_sem", "src", "sem");
  const points = [sem.readPoint, sem.writePoint, sem.readReleasePoint, sem.writeReleasePoint];
  for (const point of points) expect(point).toMatchObject({ object: sem, label: "src.sem" });
  const open = (): boolean[] => points.map((point) => point.ready());

  expect(open()).toEqual([true, true, true, true]);
  runToCompletion(downRead(sync, sem, "do_page_fault"));
  expect(open()).toEqual([true, false, true, true]);
  runToCompletion(upRead(sync, sem, "do_page_fault"));
  runToCompletion(downWrite(sync, sem, "sys_brk"));
  expect(open()).toEqual([false, false, true, true]);
});

test("interleaved, a writer is alone and readers are not, whatever the schedule", () => {
  function* write(sync: Sync, sem: RwSem): KernelThread<void> {
    yield* downWrite(sync, sem, "sys_munmap");
    yield* upWrite(sync, sem, "sys_munmap");
  }
  function* read(sync: Sync, sem: RwSem): KernelThread<void> {
    yield* downRead(sync, sem, "do_page_fault");
    yield* upRead(sync, sem, "do_page_fault");
  }
  const run = (schedule: string, first: typeof write, second: typeof write): string[] => {
    const stage = createStage(true);
    const sem = createRwSem("mmap_sem");
    play(stage, { a: first(stage.sync, sem), b: second(stage.sync, sem) }, schedule);
    return inside(sem);
  };

  expect(run("ab", write, read)).toEqual(["w a"]); // b stands at the door
  expect(run("ba", write, read)).toEqual(["r b"]);
  expect(run("abab", write, read)).toEqual(["r b"]);
  expect(run("ab", write, write)).toEqual(["w a"]);
  expect(run("ab", read, read)).toEqual(["r a", "r b"]);
  expect(run("aabb", read, write)).toEqual([]);
});
