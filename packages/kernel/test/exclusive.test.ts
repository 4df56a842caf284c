/** Exclusive pages on a whole machine of 6.18: what fork takes away, and what it copies at once. */
import { Madvise, MapFlag, PAGE_SIZE, PMD_SIZE, Prot } from "@forkpath/abi";
import { expect, test } from "vitest";
import { createKernel, type Kernel } from "../src/index.ts";

const PAGES = 8;
const HUGE_FLAGS: number = MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.FIXED;

/** A process with eight pages of private memory. */
function start(kernel: Kernel): { readonly pid: number; readonly addr: number } {
  const pid = kernel.createProcess();
  const addr = kernel.mmap(pid, {
    len: PAGES * PAGE_SIZE,
    prot: Prot.READ | Prot.WRITE,
    flags: MapFlag.PRIVATE | MapFlag.ANONYMOUS,
  });
  return { pid, addr };
}

const machine = (): Kernel => createKernel({ kernel: "v6.18", swap: [{ pages: 16 }] });

test("fork changes nothing of a pinned page, and takes what says exclusive from all else", () => {
  const kernel = machine();
  const { pid, addr } = start(kernel);
  kernel.touch(pid, addr, "WWWW");
  kernel.madvise(pid, addr + PAGE_SIZE, PAGE_SIZE, Madvise.PAGEOUT);
  kernel.pin(pid, addr, 1, true);
  const watch = kernel.watchFork(pid);
  const child = kernel.fork(pid);
  expect(watch(child)).toEqual([]);
  expect(kernel.letters(pid, addr, PAGES)).toBe("W s r r - - - -");
  expect(kernel.letters(child, addr, PAGES)).toBe("W s r r - - - -");
  expect(kernel.frame(child, addr)).not.toBe(kernel.frame(pid, addr));
  expect(kernel.check()).toEqual([]);
  kernel.unpinAll();
  expect(kernel.check()).toEqual([]);
});

test("an area that a child finds empty is the parent's as before", () => {
  const kernel = machine();
  const { pid, addr } = start(kernel);
  kernel.touch(pid, addr, "WW");
  kernel.madvise(pid, addr, PAGES * PAGE_SIZE, Madvise.WIPEONFORK);
  const watch = kernel.watchFork(pid);
  const child = kernel.fork(pid);
  expect(watch(child)).toEqual([]);
  expect(kernel.letters(pid, addr, 2)).toBe("W W");
  expect(kernel.letters(child, addr, 2)).toBe("- -");
  expect(kernel.check()).toEqual([]);
});

test("a page that stays writable without being exclusive is told", () => {
  const kernel = machine();
  const { pid, addr } = start(kernel);
  kernel.write(pid, addr);
  const frame = kernel.frame(pid, addr) ?? 0;
  const { map, rules } = kernel.machine.mm;
  map.flags[frame] &= ~rules.exclusiveFlag;
  const [wrong] = kernel.check();
  expect(wrong).toMatchObject({ rule: "mm", kept: "writable" });
});

test("a huge page is exclusive until a fork shares it", () => {
  const kernel = createKernel({
    ...{ kernel: "v6.18", memoryPages: 8192, transparentHugepage: "always" },
  });
  const pid = kernel.createProcess();
  const addr = kernel.mmap(pid, { addr: 0x40_0000_0000, len: PMD_SIZE, flags: HUGE_FLAGS });
  kernel.write(pid, addr);
  const isExclusive = (): unknown =>
    [kernel.entry(pid, addr)].map((e) => [e?.letter, e?.isExclusive]);
  expect(isExclusive()).toEqual([["H", true]]);
  kernel.fork(pid);
  expect(isExclusive()).toEqual([["H", false]]);
});
