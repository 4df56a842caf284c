/** A whole machine at one moment, by the names that its tasks and their memory have for people. */
import { PAGE_SIZE } from "@forkpath/abi";
import { MmCounter, setMmCounter } from "@forkpath/counters";
import { runToCompletion } from "@forkpath/sync";
import { expect, test } from "vitest";
import { type NamedTask, pictureMachine, pictureSpace } from "../src/index.ts";
import { stage } from "./stage.ts";

const named = (name: string, pid: number, more: Partial<NamedTask> = {}): NamedTask => ({
  name,
  pid,
  state: "running",
  mappings: [],
  ...more,
});

test("status, sums, areas and totals are what the kernel's own views say", () => {
  const { kernel, parent } = stage();
  const { totals, tasks } = pictureMachine(kernel, [named("server", parent)]);
  expect(totals).toEqual(kernel.totals());
  const { memory, ...task } = tasks[0];
  expect(task).toMatchObject({ name: "server", pid: parent, tgid: parent, state: "running" });
  const { status } = kernel.process(parent).memory!;
  expect(memory?.status).toMatchObject({ VmRSS: Number(status.vmRSS), VmSwap: 4 });
  expect(Object.keys(memory?.status ?? {})).toEqual(
    Object.keys(status).map((name) => `V${name.slice(1)}`),
  );
  const areas = kernel.areas(parent);
  expect(memory?.areas.map(({ runs }) => runs)).toEqual(areas.map(({ runs }) => runs));
  expect(memory?.sums.Rss).toBe(areas.reduce((sum, { sums }) => sum + sums.Rss, 0));
});

test("an area tells which mappings it is, or which part of one", () => {
  const { kernel, parent, heap } = stage();
  kernel.munmap(parent, heap + 2 * PAGE_SIZE, PAGE_SIZE);
  const mappings = [{ name: "heap", start: heap, pages: 6 }];
  const { tasks } = pictureMachine(kernel, [named("server", parent, { mappings })]);
  const parts = tasks[0].memory?.areas.flatMap((area) => area.mappings);
  expect(parts).toEqual([
    { name: "heap", start: heap, firstPage: 0, pages: 2, isWhole: false },
    { name: "heap", start: heap + 3 * PAGE_SIZE, firstPage: 3, pages: 3, isWhole: false },
  ]);
});

test("a counter below zero is told with its sign", () => {
  const { kernel, parent } = stage();
  const mm = kernel.machine.fork.tasks.get(parent)!.mm!;
  runToCompletion(setMmCounter(kernel.machine.mm.sync, mm.counters, MmCounter.SWAP_USAGE, -1));
  const { tasks } = pictureMachine(kernel, [named("server", parent)]);
  expect(tasks[0].memory).toMatchObject({ rss: { swap: -1 }, status: { VmSwap: -4 } });
});

test("threads have one address space, a zombie has none, and what is gone is not looked up", () => {
  const { kernel, parent } = stage();
  const child = kernel.fork(parent);
  kernel.exit(child);
  const { tasks } = pictureMachine(kernel, [
    named("server", parent),
    named("child", child, { state: "zombie" }),
    named("past", 999, { state: "gone" }),
  ]);
  expect(tasks.map(({ memory }) => memory === null)).toEqual([false, true, true]);
  expect(tasks[1]).toMatchObject({ tgid: child, minorFaults: 0 });
  expect(tasks[2]).toMatchObject({ tgid: null, minorFaults: null });
});

test("pictures are plain: they can leave a worker", () => {
  const { kernel, parent } = stage();
  const picture = pictureMachine(kernel, [named("server", parent)]);
  expect(structuredClone(picture)).toEqual(picture);
  expect(JSON.parse(JSON.stringify(picture))).toEqual(picture);
});

test("an address space is the same picture without its task", () => {
  const { kernel, parent } = stage();
  const mappings = [{ name: "heap", start: 0, pages: 1 }];
  const { memory } = pictureMachine(kernel, [named("server", parent, { mappings })]).tasks[0];
  const space = kernel.addressSpaces().find(({ pids }) => pids.includes(parent))!;
  expect(pictureSpace(kernel, space, mappings)).toEqual(memory);
});
