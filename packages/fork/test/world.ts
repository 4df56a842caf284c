/**
 * A machine, and processes on it whose memory is drawn and shown as pictures of
 * `@forkpath/test-world`: `[W r -] [F f]`.
 */
import { CloneFlag } from "@forkpath/abi";
import type { MmEnvOptions, MmStruct } from "@forkpath/mm";
import { touch } from "@forkpath/mm";
import {
  createMachine,
  mapPicture,
  type PictureOptions,
  run,
  type Space,
  showPictures,
  showRss,
} from "@forkpath/test-world";
import { expect } from "vitest";
import {
  createForkEnv,
  createProcess,
  type ForkEnv,
  type ForkEnvOptions,
  type ProcessOptions,
  sysClone,
  sysFork,
  type TaskStruct,
} from "../src/index.ts";

/** A machine with init and 64 slots of swap. */
export const machine = (options: MmEnvOptions = {}, tasks: ForkEnvOptions = {}): ForkEnv =>
  createForkEnv(createMachine({ slots: 65, ...options }), tasks);

/** A child of init with the areas of the pictures. */
export function spawn(fe: ForkEnv, ...pictures: string[]): TaskStruct {
  return spawnAs(fe, { comm: "parent" }, ...pictures);
}

/** A machine with one such child, for tests that need no more. */
export function machineWith(...pictures: string[]): readonly [ForkEnv, TaskStruct] {
  const fe = machine();
  return [fe, spawn(fe, ...pictures)];
}

/** What a thread shares with its leader. */
export const THREAD: number =
  CloneFlag.VM | CloneFlag.FS | CloneFlag.FILES | CloneFlag.SIGHAND | CloneFlag.THREAD;

export const forkOf = (fe: ForkEnv, parent: TaskStruct): TaskStruct =>
  taskOf(fe, run(sysFork(fe, parent)));
export const threadOf = (fe: ForkEnv, leader: TaskStruct): TaskStruct =>
  taskOf(fe, run(sysClone(fe, leader, THREAD)));

/** The same, of a user, a parent or a name of its own. */
export function spawnAs(fe: ForkEnv, options: ProcessOptions, ...pictures: string[]): TaskStruct {
  const task = createProcess(fe, options);
  if (typeof task === "number") throw new Error(`createProcess: ${task}`);
  for (const picture of pictures) map(fe, task, picture);
  return task;
}

/** Maps an area that looks like the picture. @returns its address */
export const map = (
  fe: ForkEnv,
  task: TaskStruct,
  picture: string,
  options: PictureOptions = {},
): number => mapPicture(spaceOf(fe, task), picture, options);

/** Writes or reads the byte at `addr`; fails the test when the access is not possible. */
export function access(fe: ForkEnv, task: TaskStruct, addr: number, isWrite: boolean): void {
  const code = run(touch(fe.mm, mmOf(task), addr, isWrite));
  expect(code & 0x2003, `access to 0x${addr.toString(16)}`).toBe(0);
}

/** The picture of all areas of a task. */
export const show = (fe: ForkEnv, task: TaskStruct): string => showPictures(spaceOf(fe, task));

const spaceOf = (fe: ForkEnv, task: TaskStruct): Space => ({ env: fe.mm, mm: mmOf(task) });

/** (file, anon, swap), as SPEC Appendix B writes them. */
export const rss = (task: TaskStruct): string => showRss(mmOf(task));

/** The task with this pid; fails the test when a fork returned an errno. */
export function taskOf(fe: ForkEnv, pid: number): TaskStruct {
  const task = fe.tasks.get(pid);
  if (task === undefined) throw new Error(`no task ${pid}`);
  return task;
}

/** The address space of a task that has one. */
export function mmOf(task: TaskStruct): MmStruct {
  if (task.mm === null) throw new Error(`task ${task.pid} has no mm`);
  return task.mm;
}
