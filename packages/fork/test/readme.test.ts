/** The example of README.md, line by line. */
import { MapFlag, PAGE_SIZE, Prot } from "@forkpath/abi";
import { createMmEnv, sysMmap, touchRange } from "@forkpath/mm";
import { failNth, runToCompletion as run } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  checkTasks,
  createForkEnv,
  createProcess,
  sysExit,
  sysFork,
  sysWait4,
  type TaskStruct,
} from "../src/index.ts";

test("README: a server forks to write a snapshot", () => {
  const env = createMmEnv({ memoryPages: 65_536 });
  const fe = createForkEnv(env);
  const server = createProcess(fe, { comm: "redis" }) as TaskStruct;

  const prot = Prot.READ | Prot.WRITE;
  const flags = MapFlag.PRIVATE | MapFlag.ANONYMOUS;
  const { mm } = server;
  if (mm === null) throw new Error("a process has memory");
  const heap = run(sysMmap(env, mm, { len: 1000 * PAGE_SIZE, prot, flags }));
  run(touchRange(env, mm, heap, 1000, true));

  const pid = run(sysFork(fe, server));
  expect(pid).toBe(3);
  run(touchRange(env, mm, heap, 200, true));
  const snapshot = fe.tasks.get(pid) as TaskStruct;
  run(sysExit(fe, snapshot, 0));
  const { status, rusage } = run(sysWait4(fe, server));
  expect([status, rusage?.maxrssKb]).toEqual([0, 4000n]);

  failNth(fe.sync.gate, 6);
  expect(run(sysFork(fe, server))).toBe(-12);
  expect(checkTasks(fe)).toEqual([]);
});
