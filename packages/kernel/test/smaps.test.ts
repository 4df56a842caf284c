/** What smaps adds up, area by area, and page maps that one walk has made (SPEC §10.5). */
import { PMD_SIZE } from "@forkpath/abi";
import { expect, test } from "vitest";
import { type AreaView, createKernel, type Kernel, smapsSums } from "../src/index.ts";
import { createEveryKind } from "./every-kind.ts";

const drawn = ({ runs }: AreaView): string =>
  runs.flatMap(({ letter, pages }) => Array.from({ length: pages }, () => letter)).join(" ");

function expectSameAsLetters(kernel: Kernel, pid: number): void {
  for (const area of kernel.areas(pid)) {
    const pages = (area.end - area.start) / 4096;
    expect(drawn(area)).toBe(kernel.letters(pid, area.start, pages));
  }
}

test("page maps say what `letters` says, for entries of every kind", () => {
  const { kernel, cast } = createEveryKind({});
  for (const pid of cast.values()) expectSameAsLetters(kernel, pid);
});

test("neighbours of one letter are one run, and pages without an entry are in it", () => {
  const kernel = createKernel({ memoryPages: 4096 });
  const pid = kernel.createProcess();
  const start = kernel.mmap(pid, { len: 6 * 4096 });
  kernel.touch(pid, start, "- W W - r -");
  expect(kernel.areas(pid)[0].runs).toEqual([
    { letter: "-", pages: 1 },
    { letter: "W", pages: 2 },
    { letter: "-", pages: 1 },
    { letter: "z", pages: 1 },
    { letter: "-", pages: 1 },
  ]);
});

test("sums of areas add up to those of the process, but for what each area cuts off", () => {
  const kernel = createKernel({ memoryPages: 4096 });
  const pid = kernel.createProcess();
  for (let area = 0; area < 2; area++) {
    const start = kernel.mmap(pid, { len: 4096, addr: 0x10000000 + area * PMD_SIZE });
    kernel.write(pid, start);
  }
  kernel.fork(pid);
  kernel.fork(pid);
  const areas = kernel.areas(pid);
  expect(areas.map(({ sums }) => sums.Pss)).toEqual([1, 1]); // 4 kB by three
  expect(smapsSums(kernel.machine, kernel.machine.fork.tasks.get(pid)!.mm!)).toEqual({
    Rss: 8,
    Pss: 2,
    Shared_Clean: 0,
    Shared_Dirty: 8,
    Private_Clean: 0,
    Private_Dirty: 0,
    Referenced: 8,
    Anonymous: 8,
    AnonHugePages: 0,
    Swap: 0,
  });
});

test("the zero page and a device's frame are in no sum; what migrates or went bad is swapped", () => {
  const { kernel, cast } = createEveryKind({});
  const sums = kernel.areas(cast.get("P")!).map((area) => {
    const { Rss, Swap } = area.sums;
    return `[${drawn(area)}] ${Rss} ${Swap}`;
  });
  expect(sums).toEqual([
    ...["[p -] 0 0", "[F -] 4 0", "[F -] 4 0", "[W f] 8 0", "[W] 4 0", "[W] 4 0"],
    ...["[h] 0 4", "[M] 0 4", "[W z s] 4 4"],
  ]);
});

test("a huge page is one entry that maps 512 pages", () => {
  const kernel = createKernel({ memoryPages: 4096, transparentHugepage: "always" });
  const pid = kernel.createProcess();
  const start = kernel.mmap(pid, { len: 2 * PMD_SIZE });
  kernel.write(pid, Math.ceil(start / PMD_SIZE) * PMD_SIZE);
  expectSameAsLetters(kernel, pid);
  const [{ sums }] = kernel.areas(pid);
  expect(sums).toMatchObject({ Rss: 2048, AnonHugePages: 2048, Anonymous: 2048 });
});

test("a task without memory is refused", () => {
  const kernel = createKernel();
  expect(() => kernel.areas(kernel.createKernelThread())).toThrow(
    "areas: pid must be that of a task with memory, got 2",
  );
});
