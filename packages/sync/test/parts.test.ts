/** Areas of an address space under its mmap_lock (L6/1): what keeps which reader out. */
import { expect, test } from "vitest";
import {
  closePart,
  createRwSem,
  downWrite,
  downWriteWhile,
  endReadPart,
  type RwSem,
  readsPart,
  runToCompletion,
  runUntilBlocked,
  tryReadPart,
  upWrite,
} from "../src/index.ts";
import { createStage, type Stage } from "./stage.ts";

const EARLY = {};
const LATE = {};
const always = (): boolean => true;

function read({ sync }: Pick<Stage, "sync">, sem: RwSem, part: object): boolean {
  const field = part === EARLY ? "vm_lock of 1000" : "vm_lock of 2000";
  return tryReadPart(sync, sem, part, { lockClass: "vm_lock", field }, "do_page_fault");
}

test("a writer that goes from part to part keeps readers of the next ones in", () => {
  const { sync, a, b } = createStage();
  const sem = createRwSem("mmap_sem", "mm1");
  runToCompletion(downWriteWhile(sync, sem, "dup_mmap", always, true));
  sync.current = b;
  expect(read({ sync }, sem, EARLY)).toBe(true);
  endReadPart(sync, sem, "do_page_fault");

  sync.current = a;
  runToCompletion(closePart(sync, sem, EARLY, "vm_lock"));
  sync.current = b;
  expect([read({ sync }, sem, EARLY), read({ sync }, sem, LATE)]).toEqual([false, true]);
  expect(b.held.map(({ name }) => name)).toEqual(["mm1.vm_lock of 2000"]);
  endReadPart(sync, sem, "do_page_fault");

  sync.current = a;
  runToCompletion(upWrite(sync, sem, "dup_mmap"));
  sync.current = b;
  expect(read({ sync }, sem, EARLY)).toBe(true);
});

test("closing a part waits for its readers, and for no others", () => {
  const { sync, a, b } = createStage();
  const sem = createRwSem("mmap_sem", "mm1");
  sync.current = b;
  read({ sync }, sem, LATE);
  sync.current = a;
  runToCompletion(downWriteWhile(sync, sem, "dup_mmap", always, true));
  runToCompletion(closePart(sync, sem, EARLY, "vm_lock"));
  const close = closePart(sync, sem, LATE, "vm_lock");
  expect(runUntilBlocked(close).done).toBe(false);
  sync.current = b;
  endReadPart(sync, sem, "do_page_fault");
  sync.current = a;
  expect(runUntilBlocked(close).done).toBe(true);
});

test("a writer of all waits for the readers of parts, and lets none in", () => {
  const { sync, a, b } = createStage();
  const sem = createRwSem("mmap_sem", "mm1");
  sync.current = b;
  read({ sync }, sem, EARLY);
  expect(readsPart(sync, sem)).toBe(true);
  sync.current = a;
  const write = downWrite(sync, sem, "sys_munmap");
  expect(runUntilBlocked(write).done).toBe(false);
  sync.current = b;
  endReadPart(sync, sem, "do_page_fault");
  sync.current = a;
  expect(runUntilBlocked(write).done).toBe(true);
  sync.current = b;
  expect(read({ sync }, sem, EARLY)).toBe(false);
});

test("a part that is not held cannot be given back", () => {
  const { sync } = createStage();
  const sem = createRwSem("mmap_sem", "mm1");
  expect(() => endReadPart(sync, sem, "do_page_fault")).toThrow(
    "do_page_fault of a releases a part of mm1.mmap_sem, and holds none",
  );
});
