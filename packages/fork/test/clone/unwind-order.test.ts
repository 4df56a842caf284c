/** SPEC §6.3, the unwind chain: what is undone first, seen from the teardown of the memory. */
import { CloneFlag, Errno, FORK_FLAGS } from "@forkpath/abi";
import { expect, test } from "vitest";
import { doFork, type ForkEnv, type TaskStruct } from "../../src/index.ts";
import { machine, mmOf, run, spawn } from "../world.ts";

/** What a child holds that shares files and fs with its parent. */
const held = (fe: ForkEnv, parent: TaskStruct) => ({
  pids: fe.pidMap.used.size,
  sharesOfFs: parent.fs.users,
  sharesOfFiles: parent.files?.count,
  processes: parent.cred.user.processes,
});

test("the pid goes before the memory; files, fs and the user's count go after it", () => {
  const fe = machine();
  const parent = spawn(fe, "[W]");
  const before = held(fe, parent);
  const during: unknown[] = [];
  mmOf(parent).vmas[0].ops = { close: () => void during.push(held(fe, parent)) };
  parent.hasPendingSignal = true; // noticed when all is made
  const flags = FORK_FLAGS | CloneFlag.FS | CloneFlag.FILES;
  expect(run(doFork(fe, parent, flags))).toBe(-Errno.ERESTARTNOINTR);
  expect(before).toEqual({ pids: 2, sharesOfFs: 1, sharesOfFiles: 1, processes: 2 });
  expect(during).toEqual([{ pids: 2, sharesOfFs: 2, sharesOfFiles: 2, processes: 3 }]);
  expect(held(fe, parent)).toEqual(before);
});
