/** What other threads of the machine can do to a fork, step by step (SPEC D36, D38, §0.7). */
import { CloneFlag, FORK_FLAGS, PAGE_SIZE } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import { sysMunmap, touch } from "@forkpath/mm";
import { addFile, stepper } from "@forkpath/test-world";
import { expect, test } from "vitest";
import { createUser, sysClone, sysExit, sysFork } from "../../src/index.ts";
import { recount } from "../recount.ts";
import { machine, machineWith, map, mmOf, show, spawn, spawnAs, taskOf } from "../world.ts";

test("B25: munmap between the copy of the struct and the copy of the areas (D36)", () => {
  const [fe, parent] = machineWith("[W W]");
  const mm = mmOf(parent);
  const gone = map(fe, parent, "[W W W W W]");
  const forking = stepper(fe, "P", () => sysFork(fe, parent));
  forking.until(mm.mmapSem.name); // total_vm is copied, mmap_sem is not taken
  const unmapping = stepper(fe, "T", () => sysMunmap(fe.mm, mm, gone, 5 * PAGE_SIZE));
  expect(unmapping.finish()).toBe(0);
  const child = taskOf(fe, forking.finish());
  expect(show(fe, child)).toBe("[r r]");
  expect([mm.usage.totalVm, mmOf(child).usage.totalVm]).toEqual([2, 7]);
  expect(peekCounterSigned(mmOf(child).counters, MmCounter.HIWATER_VM)).toBe(7);
  expect(recount(fe)).toEqual([
    { rule: "I10", owner: mmOf(child).name, field: "total_vm", kept: 7, counted: 2 },
  ]);
});

test("munmap that comes later waits for mmap_sem, and the child is whole", () => {
  const [fe, parent] = machineWith("[W W]");
  const mm = mmOf(parent);
  const gone = map(fe, parent, "[W W W W W]");
  const forking = stepper(fe, "P", () => sysFork(fe, parent));
  forking.until(mm.mmapSem.name);
  forking.until("alloc"); // the first area: mmap_sem is held
  const unmapping = stepper(fe, "T", () => sysMunmap(fe.mm, mm, gone, 5 * PAGE_SIZE));
  expect(unmapping.waitsFor()).toBe(mm.mmapSem.name);
  const child = taskOf(fe, forking.finish());
  expect(unmapping.finish()).toBe(0);
  expect([show(fe, parent), show(fe, child)]).toEqual(["[r r]", "[r r r r r] [r r]"]);
  expect(recount(fe)).toEqual([]);
});

test("D38: two forks that check RLIMIT_NPROC before either counts overshoot it", () => {
  const fe = machine();
  const user = createUser(1000);
  const one = spawnAs(fe, { comm: "one", user }, "[W]");
  const two = spawnAs(fe, { comm: "two", user }, "[W]");
  for (const task of [one, two]) task.signal.rlimits.nproc = 3;
  const first = stepper(fe, "A", () => sysFork(fe, one));
  const second = stepper(fe, "B", () => sysFork(fe, two));
  for (const forking of [first, second]) {
    forking.until("alloc"); // task
    forking.until("alloc"); // cred: checked, not counted
  }
  expect([first.finish() > 0, second.finish() > 0]).toEqual([true, true]);
  expect(user.processes).toBe(4);
  expect(recount(fe)).toEqual([]);
});

test("D38: max_threads is overshot by forks that are under way", () => {
  const fe = machine({}, { maxThreads: 4 });
  const one = spawn(fe, "[W]");
  const two = spawn(fe, "[W]");
  const first = stepper(fe, "A", () => sysFork(fe, one));
  const second = stepper(fe, "B", () => sysFork(fe, two));
  for (const forking of [first, second]) for (let i = 0; i < 3; i++) forking.until("alloc");
  expect([first.finish() > 0, second.finish() > 0]).toEqual([true, true]);
  expect([fe.nrThreads, fe.maxThreads]).toEqual([5, 4]);
});

test("a thread of the parent faults while fork waits for an allocation: fork copies what it wrote", () => {
  const [fe, parent] = machineWith();
  const addr = map(fe, parent, "[W -]");
  const forking = stepper(fe, "P", () => sysFork(fe, parent));
  forking.until("alloc");
  stepper(fe, "T", () => touch(fe.mm, mmOf(parent), addr + PAGE_SIZE, true)).finish();
  const child = taskOf(fe, forking.finish());
  expect([show(fe, parent), show(fe, child)]).toEqual(["[r r]", "[r r]"]);
  expect(recount(fe)).toEqual([]);
});

test("a truncation while fork waits for i_mmap_lock: the child is as far as the parent", () => {
  const [fe, parent] = machineWith();
  const file = addFile({ env: fe.mm });
  map(fe, parent, "[f]", { file });
  const forking = stepper(fe, "P", () => sysFork(fe, parent));
  forking.until(file.iMmapLock.name);
  mmOf(parent).vmas[0].truncateCount = 9;
  const child = taskOf(fe, forking.finish());
  expect(mmOf(child).vmas[0].truncateCount).toBe(9);
});

test("two threads of a process fork at once: both children are whole", () => {
  const [fe, parent] = machineWith("[W W s]");
  const flags = CloneFlag.VM | CloneFlag.SIGHAND | CloneFlag.THREAD;
  const cloning = stepper(fe, "P", () => sysClone(fe, parent, flags));
  const thread = taskOf(fe, cloning.finish());
  const first = stepper(fe, "A", () => sysFork(fe, parent));
  const second = stepper(fe, "B", () => sysFork(fe, thread));
  first.until(`${mmOf(parent).name}.pt`); // in the first pte table
  expect(second.waitsFor()).toBe(mmOf(parent).mmapSem.name);
  const children = [first.finish(), second.finish()].map((pid) => taskOf(fe, pid));
  expect(children.map((child) => show(fe, child))).toEqual(["[r r s]", "[r r s]"]);
  expect(recount(fe)).toEqual([]);
});

test("the last two users of an mm exit at once: it is torn down once", () => {
  const [fe, parent] = machineWith("[W]");
  const forking = stepper(fe, "P", () => sysClone(fe, parent, FORK_FLAGS | CloneFlag.VM));
  const child = taskOf(fe, forking.finish());
  const leaving = stepper(fe, "A", () => sysExit(fe, child, 0));
  const dying = stepper(fe, "B", () => sysExit(fe, parent, 0));
  const label = `${mmOf(parent).name}.mm_users`;
  leaving.until(label);
  dying.until(label);
  leaving.finish();
  dying.finish();
  expect(recount(fe)).toEqual([]);
  expect(fe.mm.tables.liveTables).toEqual([0, 0, 0, 0]);
});

// SPEC §5.5/3, D36: the totals are copied one by one, before any lock is taken.
test("munmap in the middle of it: total_vm is from before, shared_vm from after", () => {
  const [fe, parent] = machineWith("[W W]");
  const mm = mmOf(parent);
  const gone = map(fe, parent, "[f f f]");
  const forking = stepper(fe, "P", () => sysFork(fe, parent));
  forking.until(`${mm.name}.sharedVm`); // total_vm is loaded
  expect(stepper(fe, "T", () => sysMunmap(fe.mm, mm, gone, 3 * PAGE_SIZE)).finish()).toBe(0);
  const { usage } = mmOf(taskOf(fe, forking.finish()));
  expect(mm.usage).toMatchObject({ totalVm: 2, sharedVm: 0 });
  expect(usage).toMatchObject({ totalVm: 5, sharedVm: 0 });
});
