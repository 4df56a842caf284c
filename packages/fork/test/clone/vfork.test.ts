/** vfork: one address space for two, and a parent that waits (SPEC §6.2/6-9, §6.6). */
import { CloneFlag, FORK_FLAGS } from "@forkpath/abi";
import { runUntilBlocked } from "@forkpath/sync";
import { run, stepper } from "@forkpath/test-world";
import { expect, test } from "vitest";
import { sysClone, sysExit, sysFork, sysVfork, type TaskStruct } from "../../src/index.ts";
import { recount } from "../recount.ts";
import { access, machineWith, map, mmOf, rss, show } from "../world.ts";

/** The only child of a task. */
const childOf = ({ children }: TaskStruct): TaskStruct => children[0];

test("the parent sleeps until the child exits, and its memory is neither copied nor protected", () => {
  const [fe, parent] = machineWith("[W W]");
  const forking = sysVfork(fe, parent);
  expect(runUntilBlocked(forking)).toMatchObject({ done: false });
  const child = childOf(parent);
  expect([show(fe, child), rss(child)]).toEqual(["[W W]", "(0,2,0)"]);
  expect(mmOf(parent).mmUsers).toBe(2);
  expect(recount(fe)).toEqual([]);

  run(sysExit(fe, child, 0));
  expect(runUntilBlocked(forking)).toEqual({ done: true, value: child.pid });
  expect([show(fe, parent), mmOf(parent).mmUsers]).toEqual(["[W W]", 1]);
  expect(recount(fe)).toEqual([]);
});

test("a parent whose child is done with it takes no lock of the child's to say so", () => {
  const [fe, parent] = machineWith("[W]");
  const forking = sysVfork(fe, parent);
  runUntilBlocked(forking);
  run(sysExit(fe, childOf(parent), 0));
  fe.mm.sync.interleaved = true;
  const labels: string[] = [];
  for (let step = forking.next(); !step.done; step = forking.next()) labels.push(step.value.label);
  expect(labels).toEqual([]);
});

test("what the child writes before it goes, the parent sees", () => {
  const [fe, parent] = machineWith();
  const addr = map(fe, parent, "[- -]");
  runUntilBlocked(sysVfork(fe, parent));
  access(fe, childOf(parent), addr, true);
  expect([show(fe, parent), rss(parent)]).toEqual(["[W -]", "(0,1,0)"]);
});

test("vfork without CLONE_VM copies, and waits all the same", () => {
  const [fe, parent] = machineWith("[W]");
  const forking = sysClone(fe, parent, FORK_FLAGS | CloneFlag.VFORK);
  expect(runUntilBlocked(forking).done).toBe(false);
  expect([show(fe, parent), show(fe, childOf(parent))]).toEqual(["[r]", "[r]"]);
  run(sysExit(fe, childOf(parent), 0));
  expect(runUntilBlocked(forking).done).toBe(true);
});

test("a parent that is killed does not wait on, and the child forgets it", () => {
  const [fe, parent] = machineWith("[W]");
  const forking = sysVfork(fe, parent);
  runUntilBlocked(forking);
  const child = childOf(parent);
  expect(child.vforkDone).not.toBeNull();
  parent.isKilled = true;
  expect(runUntilBlocked(forking)).toEqual({ done: true, value: child.pid });
  expect(child.vforkDone).toBeNull();
  run(sysExit(fe, child, 0)); // wakes nobody
  expect(recount(fe)).toEqual([]);
});

test("interleaved: the parent is woken before the child has let go of the mm", () => {
  const [fe, parent] = machineWith("[W]");
  const forking = stepper(fe, "P", () => sysVfork(fe, parent));
  expect(forking.waitsFor()).toBe("vfork_done of 3");
  const exiting = stepper(fe, "C", () => sysExit(fe, childOf(parent), 0));
  exiting.until(`${mmOf(parent).name}.mm_users`);
  expect(forking.finish()).toBe(3);
  expect(mmOf(parent).mmUsers).toBe(2);
  exiting.finish();
  expect(mmOf(parent).mmUsers).toBe(1);
});

test("a fork in a vfork child copies the parent's memory", () => {
  const [fe, parent] = machineWith("[W]");
  const forking = sysVfork(fe, parent);
  runUntilBlocked(forking);
  const child = childOf(parent);
  expect(run(sysFork(fe, child))).toBe(4);
  expect(show(fe, childOf(child))).toBe("[r]");
  run(sysExit(fe, childOf(child), 0)); // wakes its own parent at most
  expect(runUntilBlocked(forking).done).toBe(false);
  expect(recount(fe)).toEqual([]);
});
