/** The system calls on areas, as plays: that each reaches mm, with the caller's limits. */
import { Errno, Madvise, MapFlag, Mcl, Mremap, PAGE_SIZE, Prot } from "@forkpath/abi";
import { MMAP_BASE } from "@forkpath/mm";
import { KernelBug } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  createPlay,
  enter,
  map,
  mapFile,
  type Play,
  pidOf,
  show,
  stage,
  startPlay,
} from "./stage.ts";

const page = (addr: number, index: number): number => addr + index * PAGE_SIZE;

/** Areas of P from the lowest up, as `pages flags`. */
function areasOf({ kernel, cast }: Play): string[] {
  const { vmas } = kernel.process(cast.get("P")!).memory!;
  return vmas.map(({ start, end, flags }) => {
    const shown = flags.filter((flag) => /^(READ|WRITE|EXEC|SHARED|LOCKED)$/.test(flag));
    return `${(end - start) / PAGE_SIZE} ${shown.join(" ")}`.trim();
  });
}

test("mmap: private, anonymous, by default readable and writable, below what is there", () => {
  const [play, kernel] = startPlay();
  const pid = pidOf(play, "P");
  const upper = kernel.mmap(pid, { len: 2 * PAGE_SIZE });
  const lower = kernel.mmap(pid, { len: 1, prot: Prot.READ });
  expect([upper, lower]).toEqual([MMAP_BASE - 2 * PAGE_SIZE, MMAP_BASE - 3 * PAGE_SIZE]);
  expect(areasOf(play)).toEqual(["1 READ", "2 READ WRITE"]);
  expect(kernel.mmap(pid, { len: 0 })).toBe(-Errno.EINVAL);
});

test("munmap takes a hole out of the middle", () => {
  const play = createPlay();
  const heap = map(play, "P", "W W W W");
  expect(play.kernel.munmap(pidOf(play, "P"), page(heap, 1), 2 * PAGE_SIZE)).toBe(0);
  expect(areasOf(play)).toEqual(["1 READ WRITE", "1 READ WRITE"]);
  expect(show(play)).toEqual({ P: "[W - - W] (0,2,0)" });
  expect(play.kernel.check()).toEqual([]);
});

test("mprotect splits an area, and takes the right to write from its entries", () => {
  const play = createPlay();
  const heap = map(play, "P", "W W W");
  expect(play.kernel.mprotect(pidOf(play, "P"), page(heap, 1), PAGE_SIZE, Prot.READ)).toBe(0);
  expect(areasOf(play)).toEqual(["1 READ WRITE", "1 READ", "1 READ WRITE"]);
  expect(show(play)).toEqual({ P: "[W r W] (0,3,0)" });
  expect(play.kernel.check()).toEqual([]);
});

test("madvise(DONTNEED) drops pages and keeps the area", () => {
  const play = createPlay();
  const heap = map(play, "P", "W W W");
  const pid = pidOf(play, "P");
  expect(play.kernel.madvise(pid, heap, 2 * PAGE_SIZE, Madvise.DONTNEED)).toBe(0);
  expect(show(play)).toEqual({ P: "[- - W] (0,1,0)" });
  expect(play.kernel.process(pid).memory?.status).toMatchObject({ vmRSS: 4n, vmHWM: 12n });
  expect(play.kernel.check()).toEqual([]);
});

test("brk grows and shrinks the heap, which exec has put behind the program", () => {
  const [play, kernel] = startPlay();
  const pid = pidOf(play, "P");
  kernel.execve(pid, { path: "/bin/sh" });
  const start = kernel.brk(pid, 0);
  expect(kernel.brk(pid, start + 3 * PAGE_SIZE)).toBe(start + 3 * PAGE_SIZE);
  kernel.touch(pid, start, "W W W");
  expect(kernel.brk(pid, start + PAGE_SIZE)).toBe(start + PAGE_SIZE);
  expect(kernel.letters(pid, start, 3)).toBe("W - -");
  expect(kernel.check()).toEqual([]);
});

test("mlock fills an area and keeps reclaim away from it", () => {
  const { play, kernel, pid, heap } = stage("- -");
  expect(kernel.mlock(pid, heap, PAGE_SIZE)).toBe(0);
  expect(areasOf(play)).toEqual(["1 READ WRITE LOCKED", "1 READ WRITE"]);
  expect(kernel.reclaim(pid)).toEqual({ freed: 0, kept: 0, activated: 0, mlocked: 1 });
  expect(kernel.munlock(pid, heap, 2 * PAGE_SIZE)).toBe(0);
  expect(kernel.reclaim(pid)).toEqual({ freed: 1, kept: 0, activated: 0, mlocked: 0 });
  expect(show(play)).toEqual({ P: "[s -] (0,0,1)" });
  expect(kernel.check()).toEqual([]);
});

test("mlockall(FUTURE) fills what is mapped from then on", () => {
  const [play, kernel] = startPlay();
  map(play, "P", "-");
  expect(kernel.mlockall(pidOf(play, "P"), Mcl.FUTURE)).toBe(0);
  map(play, "P", "- -", { prot: Prot.READ | Prot.WRITE | Prot.EXEC });
  expect(show(play)).toEqual({ P: "[-] [W W] (0,2,0)" });
  expect(kernel.munlockall(pidOf(play, "P"))).toBe(0);
  expect(areasOf(play)).toEqual(["2 READ WRITE EXEC", "1 READ WRITE"]);
  expect(kernel.check()).toEqual([]);
});

test("mremap moves pages that have no room to grow", () => {
  const [play, kernel] = startPlay();
  map(play, "P", "-", { prot: Prot.READ }); // in the way
  const heap = map(play, "P", "W W");
  const request = { addr: heap, oldLen: 2 * PAGE_SIZE, newLen: 3 * PAGE_SIZE };
  expect(kernel.mremap(pidOf(play, "P"), { ...request, flags: 0 })).toBe(-Errno.ENOMEM);
  const moved = kernel.mremap(pidOf(play, "P"), { ...request, flags: Mremap.MAYMOVE });
  play.areas.push({ addr: moved, pages: 3 });
  expect(show(play)).toEqual({ P: "[-] [W W -] (0,2,0)" });
  expect(kernel.check()).toEqual([]);
});

test("swapoff brings every page back, wherever it is", () => {
  const [play, kernel] = startPlay();
  map(play, "P", "W W");
  kernel.reclaim(pidOf(play, "P"));
  expect(show(play)).toEqual({ P: "[s s] (0,0,2)" });
  expect(kernel.swapon({ pages: 4, prio: 1 })).toBe(1);
  expect(kernel.swapoff(pidOf(play, "P"), 0)).toBe(0);
  expect(show(play)).toEqual({ P: "[r r] (0,2,0)" });
  expect(kernel.totals()).toMatchObject({ swapPages: 4, freeSwapPages: 4 });
  expect(kernel.swapoff(pidOf(play, "P"), 0)).toBe(-Errno.EINVAL);
  expect(kernel.swapoff(enter(play, "U", { uid: 1000 }), 1)).toBe(-Errno.EPERM);
  expect(kernel.check()).toEqual([]);
});

test("the limits are the caller's", () => {
  const { kernel } = createPlay();
  const rlimits = { as: 4 * PAGE_SIZE, memlock: PAGE_SIZE };
  const pid = kernel.createProcess({ uid: 1000, rlimits });
  const heap = kernel.mmap(pid, { len: 2 * PAGE_SIZE });
  expect(kernel.mmap(pid, { len: 3 * PAGE_SIZE })).toBe(-Errno.ENOMEM);
  expect(kernel.mlock(pid, heap, 2 * PAGE_SIZE)).toBe(-Errno.ENOMEM);
  expect(kernel.mlock(pid, heap, PAGE_SIZE)).toBe(0);
  expect(kernel.check()).toEqual([]);
});

test("a shared file that the caller cannot write to cannot be mapped for writing", () => {
  const [play, kernel] = startPlay();
  const open = kernel.openFile("/etc/passwd", { sizePages: 1, isWritable: false });
  const pid = pidOf(play, "P");
  const shared = { len: PAGE_SIZE, flags: MapFlag.SHARED, open };
  expect(kernel.mmap(pid, shared)).toBe(-Errno.EACCES);
  expect(kernel.mmap(pid, { ...shared, prot: Prot.READ })).toBeGreaterThan(0);
  expect(areasOf(play)).toEqual(["1 READ"]); // neither SHARED nor cow: SPEC §5.2
});

test("truncate takes the pages of a file away, private copies too (SPEC §8.5)", () => {
  const [play, kernel] = startPlay();
  const addr = mapFile(play, "P", "W r W r");
  expect(show(play)).toEqual({ P: "[W f W f] (2,2,0)" });
  expect(kernel.truncate(pidOf(play, "P"), "/f0", 1)).toBe(0);
  expect(kernel.letters(pidOf(play, "P"), addr, 4)).toBe("W - - -");
  expect(kernel.check()).toEqual([]);
});

test("remap_file_pages shuffles the pages of shared memory; a reader's copy is miscounted (D6)", () => {
  const [play, kernel] = startPlay();
  const pid = pidOf(play, "P");
  const table = mapFile(play, "P", "r - - -", { flags: MapFlag.SHARED, isShmem: true });
  const request = { start: table, size: 2 * PAGE_SIZE, pgoff: 2 };
  expect(kernel.remapFilePages(pid, { ...request, prot: Prot.READ })).toBe(-Errno.EINVAL);
  expect(kernel.remapFilePages(pid, request)).toBe(0);
  expect(kernel.frame(pid, table)).not.toBe(kernel.frame(pid, page(table, 1)));
  expect(show(play)).toEqual({ P: "[F F - -] (2,0,0)" });
  expect(kernel.check()).toEqual([]);

  expect(kernel.mprotect(pid, table, 4 * PAGE_SIZE, Prot.READ)).toBe(0);
  expect(kernel.poke(pid, table, PAGE_SIZE)).toBe(1);
  expect(show(play)).toEqual({ P: "[r f - -] (1,1,0)" });
  expect(kernel.remapFilePages(pid, request)).toBe(0);
  expect(show(play)).toEqual({ P: "[f f - -] (1,1,0)" });
  expect(kernel.check().map(({ rule }) => rule)).toEqual(["I1", "I2"]);
});

test("a migration passes the entries of a nonlinear area over; to fault on one is a BUG (§4.8)", () => {
  const [play, kernel] = startPlay();
  const pid = pidOf(play, "P");
  const table = mapFile(play, "P", "r r - -", { flags: MapFlag.SHARED, isShmem: true });
  kernel.migrateBegin(pid, table, PAGE_SIZE);
  kernel.remapFilePages(pid, { start: page(table, 2), size: PAGE_SIZE, pgoff: 3 });
  expect(kernel.migrateEnd()).toBe(1);
  expect(show(play)).toEqual({ P: "[M F F -] (3,0,0)" });
  expect(() => kernel.read(pid, table)).toThrow(KernelBug);
});

test("reclaim of shuffled pages dies of a debugger's copy among them: a BUG (D43)", () => {
  const [play, kernel] = startPlay();
  const pid = pidOf(play, "P");
  const table = mapFile(play, "P", "r - - -", { flags: MapFlag.SHARED, isShmem: true });
  kernel.mprotect(pid, table, 4 * PAGE_SIZE, Prot.READ);
  kernel.poke(pid, page(table, 3), PAGE_SIZE);
  kernel.remapFilePages(pid, { start: table, size: PAGE_SIZE, pgoff: 1 });
  expect(show(play)).toEqual({ P: "[f - - r] (1,1,0)" });
  expect(() => kernel.reclaim(pid, { start: table, end: page(table, 1) })).toThrow(KernelBug);
});
