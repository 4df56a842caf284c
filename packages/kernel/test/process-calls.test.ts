/** The system calls that make and end tasks: what the caller and its parent learn (SPEC §8.7). */
import { CloneFlag, Errno, PAGE_SIZE, Signal } from "@forkpath/abi";
import { RusageWho } from "@forkpath/fork";
import { describe, expect, test } from "vitest";
import { createKernel } from "../src/index.ts";
import { createPlay, fork, map, pidOf, show, startPlay } from "./stage.ts";

describe("getrusage", () => {
  test.for(["children", 2, RusageWho.BOTH])("of %j is nothing that a task can ask", (who) => {
    const kernel = createKernel();
    const pid = kernel.createProcess();
    expect(() => kernel.getrusage(pid, who as RusageWho)).toThrow(
      new RangeError(`getrusage: who must be RusageWho.SELF, CHILDREN or THREAD, got ${who}`),
    );
  });

  test("the peak outlives the pages, and goes to the parent with the child", () => {
    const [play, kernel] = startPlay();
    const parent = pidOf(play, "P");
    const child = fork(play, "P", "C");
    const heap = kernel.mmap(child, { len: 5 * PAGE_SIZE });
    kernel.write(child, heap, 5 * PAGE_SIZE);
    kernel.munmap(child, heap, 4 * PAGE_SIZE);
    expect(kernel.getrusage(child)).toMatchObject({ maxrssKb: 20n, minFlt: 5, majFlt: 0 });
    kernel.exit(child, 2);
    expect(kernel.getrusage(parent, RusageWho.CHILDREN)).toMatchObject({ maxrssKb: 0n, minFlt: 0 });
    const reaped = kernel.wait(parent);
    expect(reaped).toMatchObject({ pid: child, status: 0x200, rusage: { maxrssKb: 20n } });
    expect(kernel.getrusage(parent, RusageWho.CHILDREN)).toMatchObject({
      maxrssKb: 20n,
      minFlt: 5,
    });
    expect(kernel.check()).toEqual([]);
  });

  test("B18: a vforked child that runs /bin/true reports its parent's peak (D9, D8)", () => {
    const [play, kernel] = startPlay();
    const parent = pidOf(play, "P");
    map(play, "P", Array(100).fill("W").join(" "));
    const child = kernel.vfork(parent);
    kernel.execve(child, { path: "/bin/true" });
    kernel.exit(child);
    // 100 pages, and an argument page with the guard page below it, charged to the parent.
    expect(kernel.wait(parent).rusage?.maxrssKb).toBe(102n * 4n);
    expect(kernel.check()).toEqual([]);
  });
});

describe("execve", () => {
  test("replaces what was there, in a child without harm to the parent", () => {
    const [play, kernel] = startPlay();
    map(play, "P", "W W");
    const child = fork(play, "P", "C");
    expect(kernel.execve(child, { path: "/bin/sh", argv: ["sh", "-c"], envp: ["A=1"] })).toBe(0);
    expect(show(play)).toEqual({ P: "[r r] (0,2,0)", C: "(0,1,0)" }); // the stack's strings
    const paths = kernel.process(child).memory?.vmas.map(({ path }) => path);
    expect(paths).toEqual(["/bin/sh", "/bin/sh", null, null]);
    expect(kernel.check()).toEqual([]);
  });

  test("fails while somebody could write to the program, and changes nothing", () => {
    const [play, kernel] = startPlay();
    map(play, "P", "W W");
    kernel.openFile("/bin/sh", { sizePages: 2 }).file.iWritecount++;
    expect(kernel.execve(pidOf(play, "P"), { path: "/bin/sh" })).toBe(-Errno.ETXTBSY);
    expect(show(play)).toEqual({ P: "[W W] (0,2,0)" });
    expect(kernel.check()).toEqual([]);
  });
});

describe("exit", () => {
  const THREAD =
    CloneFlag.VM | CloneFlag.FS | CloneFlag.FILES | CloneFlag.SIGHAND | CloneFlag.THREAD;

  test("of one thread leaves the others, of the group ends all", () => {
    const [play, kernel] = startPlay();
    const leader = pidOf(play, "P");
    map(play, "P", "W W");
    const [one, two] = [kernel.clone(leader, THREAD), kernel.clone(leader, THREAD)];
    expect(kernel.process(leader).memory?.mmUsers).toBe(3);
    kernel.exit(one);
    expect(() => kernel.process(one)).toThrow(RangeError); // nobody waits for a thread
    expect(kernel.process(two).memory?.mmUsers).toBe(2);
    kernel.exitGroup(two, 7);
    expect(kernel.wait(1)).toMatchObject({ pid: leader, status: 0x700 });
    expect(kernel.totals()).toMatchObject({ tasks: 1, committed: 0 });
    expect(kernel.check()).toEqual([]);
  });

  test("of a parent gives its children to init", () => {
    const [play, kernel] = startPlay();
    const child = fork(play, "P", "C");
    kernel.exit(pidOf(play, "P"));
    expect(kernel.process(child).ppid).toBe(1);
    expect(kernel.check()).toEqual([]);
  });

  test("by a signal says which", () => {
    const [play, kernel] = startPlay();
    const child = fork(play, "P", "C");
    expect(kernel.kill(child, Signal.SIGTERM)).toBe(true);
    expect(kernel.wait(pidOf(play, "P"))).toMatchObject({ pid: child, status: Signal.SIGTERM });
  });
});

test("clone refuses what cannot go together, and makes nothing", () => {
  const { kernel } = createPlay();
  const before = kernel.totals();
  expect(kernel.clone(1, CloneFlag.THREAD)).toBe(-Errno.EINVAL); // without SIGHAND
  expect(kernel.totals()).toEqual(before);
});
