/** What a child does not have from its parent, what no program can be, and the kernel's numbers. */
import { Errno } from "@forkpath/abi";
import { run } from "@forkpath/test-world";
import { expect, test } from "vitest";
import { Capability, RusageWho, sysExecve, TaskFlag } from "../../src/index.ts";
import { putUser } from "../../src/task/user-access.ts";
import { program } from "../exec/programs.ts";
import { forkOf, machine, machineWith } from "../world.ts";

test("init is its own parent and leader, has files, and nothing of a group exit", () => {
  const { initTask } = machine();
  expect([initTask.parent, initTask.realParent, initTask.groupLeader]).toEqual(
    new Array(3).fill(initTask),
  );
  expect(initTask.files?.count).toBe(1);
  expect(initTask).toMatchObject({ setChildTid: 0, clearChildTid: 0, robustList: 0 });
  expect(initTask.signal).toMatchObject({
    isGroupExit: false,
    groupExitCode: 0,
    groupExitTask: null,
  });
});

test("a child is not killed, signalled or waited for because its parent is", () => {
  const [fe, parent] = machineWith("[W]");
  Object.assign(parent, { isKilled: true, hasPendingSignal: false });
  const child = forkOf(fe, parent);
  expect(child).toMatchObject({ isKilled: false, hasPendingSignal: false, vforkDone: null });
});

test.each([
  ["textPages", "1", 0],
  ["dataPages", "0", -1],
  ["bssPages", "0", -1],
  ["textPgoff", "0", -1],
])("a program's %s are from %s to 2^24", (key, least, low) => {
  const [fe, task] = machineWith("[W]");
  const request = program(fe);
  for (const pages of [low, 2 ** 24 + 1]) {
    const image = { ...request.image, [key]: pages };
    expect(() => run(sysExecve(fe, task, { ...request, image }))).toThrow(
      `image.${key} must be from ${Number(least)} to 0x1000000, got `,
    );
  }
});

test("who has no files table makes children without one", () => {
  const [fe, parent] = machineWith("[W]");
  parent.files = null;
  expect(forkOf(fe, parent).files).toBeNull();
});

test.each([
  [{ pidMax: 1 }, "createForkEnv: pidMax must be from 2 to 0x400000, got 1"],
  [{ maxThreads: 0 }, "createForkEnv: maxThreads must be from 1 to 0x7fffffff, got 0"],
])("%j is told with its range", (options, message) => {
  expect(() => machine({}, options)).toThrow(message);
});

test("flags, capabilities and whom getrusage asks about have the kernel's numbers", () => {
  expect(Capability).toEqual({
    SETGID: 1 << 6,
    SETUID: 1 << 7,
    IPC_LOCK: 1 << 14,
    SYS_ADMIN: 1 << 21,
    SYS_RESOURCE: 1 << 24,
  });
  expect(TaskFlag).toEqual({
    STARTING: 0x2,
    EXITING: 0x4,
    FORKNOEXEC: 0x40,
    SUPERPRIV: 0x100,
    SIGNALED: 0x400,
    NPROC_EXCEEDED: 0x1000,
    KTHREAD: 0x200000,
  });
  expect(RusageWho).toEqual({ SELF: 0, CHILDREN: -1, BOTH: -2, THREAD: 1 });
});

test("a kernel thread has no memory to store to", () => {
  const [fe, task] = machineWith("[W]");
  task.mm = null;
  expect(run(putUser(fe, task, 0x1000))).toBe(-Errno.EFAULT);
});
