/**
 * Why a call answered ENOMEM, EAGAIN or EPERM: which limit, which area, what was free (SPEC §5.12,
 * §6.4).
 */
import { CloneFlag, Errno, Madvise, MapFlag, Mremap, PAGE_SIZE, Prot } from "@forkpath/abi";
import { Overcommit } from "@forkpath/mm";
import { expect, test } from "vitest";
import { createKernel, type Kernel, type KernelConfig } from "../src/index.ts";

interface Stage {
  readonly kernel: Kernel;
  readonly pid: number;
  readonly heap: number;
}

/** A process without rights, and so many pages of its heap. */
function stage(pages: number, config: KernelConfig = {}, rlimits = {}): Stage {
  const kernel = createKernel({ memoryPages: 1024, ...config });
  const pid = kernel.createProcess({ uid: 7, rlimits });
  const heap = kernel.mmap(pid, { len: pages * PAGE_SIZE });
  expect(heap).toBeGreaterThan(0);
  return { kernel, pid, heap };
}

test("a call that is refused nothing leaves none, and takes off the last one's", () => {
  const { kernel, pid, heap } = stage(4);
  kernel.failAllocation();
  expect(kernel.fork(pid)).toBe(-Errno.ENOMEM);
  expect(kernel.refusal(pid)).toMatchObject({ kind: "allocation", what: "task" });
  kernel.write(pid, heap);
  expect(kernel.refusal(pid)).toBeNull();
});

test("fork names the area, and what a strict machine has promised", () => {
  const overcommit = { mode: Overcommit.NEVER, ratio: 50, adminReserveKb: 40 };
  const { kernel, pid, heap } = stage(320, { overcommit });
  const { committed } = kernel.totals();
  expect(kernel.fork(pid)).toBe(-Errno.ENOMEM);
  const limit = 512;
  const reserved = 10 + 10; // the admin's, and a 32nd of 320 pages
  expect(kernel.refusal(pid)).toEqual({
    kind: "promise",
    pages: 320,
    area: expect.objectContaining({ start: heap, end: heap + 320 * PAGE_SIZE }),
    terms: {
      rule: "never",
      most: limit - reserved - committed - 1,
      limit,
      promised: committed,
      reserved,
    },
  });
});

test("the most that can be promised is granted, and one page more is not", () => {
  const modes = [Overcommit.GUESS, Overcommit.NEVER] as const;
  const machines = (["el6", "v6.18"] as const).flatMap((kernel) =>
    modes.map((mode) => ({ kernel, overcommit: { mode, ratio: 50, adminReserveKb: 0 } })),
  );
  for (const machine of machines) {
    const { kernel, pid } = stage(8, machine);
    expect(kernel.mmap(pid, { len: 2 ** 40 })).toBe(-Errno.ENOMEM);
    const refusal = kernel.refusal(pid);
    if (refusal?.kind !== "promise") throw new Error(`refused for ${refusal?.kind}`);
    const { most } = refusal.terms;
    expect(most).toBeGreaterThan(100);
    expect(kernel.mmap(pid, { len: (most + 1) * PAGE_SIZE })).toBe(-Errno.ENOMEM);
    expect(kernel.mmap(pid, { len: most * PAGE_SIZE })).toBeGreaterThan(0);
  }
});

test("later kernels hold a guess against RAM and swap", () => {
  const { kernel, pid } = stage(4, { kernel: "v6.18" });
  expect(kernel.mmap(pid, { len: 2 ** 40 })).toBe(-Errno.ENOMEM);
  expect(kernel.refusal(pid)).toMatchObject({ terms: { rule: "total", most: 1024, limit: 1024 } });
});

test("memory that is used up is told apart from a request that was made to fail", () => {
  const { kernel, pid, heap } = stage(64, {
    memoryPages: 32,
    overcommit: { mode: Overcommit.ALWAYS },
  });
  expect(kernel.write(pid, heap, 64 * PAGE_SIZE)).not.toBe(0);
  expect(kernel.refusal(pid)).toEqual({ kind: "frames", what: "page", free: 0 });
});

const beyond = (limit: string, used: number, asked: number, most: number) => ({
  kind: "limit",
  limit,
  used,
  asked,
  most,
});
const limitOf = ({ kernel, pid }: Stage): unknown => kernel.refusal(pid);
const pages = (count: number): number => count * PAGE_SIZE;

test("limits of memory", () => {
  const space = stage(8, {}, { as: pages(10) });
  expect(space.kernel.mmap(space.pid, { len: pages(3) })).toBe(-Errno.ENOMEM);
  expect(limitOf(space)).toEqual(beyond("RLIMIT_AS", 8, 3, 10));

  const lock = stage(8, {}, { memlock: pages(5) });
  expect(lock.kernel.mlock(lock.pid, lock.heap, pages(6))).toBe(-Errno.ENOMEM);
  expect(limitOf(lock)).toMatchObject({ limit: "RLIMIT_MEMLOCK", used: 0, asked: 6, most: 5 });
  expect(lock.kernel.mlockall(lock.pid, 1)).toBe(-Errno.ENOMEM);
  expect(limitOf(lock)).toMatchObject({ limit: "RLIMIT_MEMLOCK", asked: 8, most: 5 });
  expect(
    lock.kernel.mmap(lock.pid, {
      len: pages(6),
      flags: MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.LOCKED,
    }),
  ).toBe(-Errno.EAGAIN);
  expect(limitOf(lock)).toMatchObject({ limit: "RLIMIT_MEMLOCK", asked: 6 });

  const none = stage(8, {}, { memlock: 0 });
  expect(none.kernel.mlock(none.pid, none.heap, pages(1))).toBe(-Errno.EPERM);
  expect(limitOf(none)).toMatchObject({ kind: "capability", capability: "CAP_IPC_LOCK" });
});

test("a stack that may not grow, and a heap", () => {
  const { kernel, pid } = stage(1, {}, { stack: pages(4), data: pages(6) });
  kernel.execve(pid, { path: "/bin/sh", dataPages: 2 });
  const stack = kernel.areas(pid).find(({ flags }) => flags.includes("GROWSDOWN"))!;
  const size = (stack.end - stack.start) / PAGE_SIZE;
  expect(kernel.write(pid, stack.start - PAGE_SIZE)).not.toBe(0);
  expect(kernel.refusal(pid)).toEqual(beyond("RLIMIT_STACK", size, 1, 4));
  const { brk } = kernel.machine.fork.tasks.get(pid)!.mm!.layout;
  expect(kernel.brk(pid, brk + pages(9))).toBe(brk);
  expect(kernel.refusal(pid)).toMatchObject({ limit: "RLIMIT_DATA", asked: 9, most: 6 });
});

test("areas: too many, none there, no room", () => {
  const many = stage(4, { maxMapCount: 1 });
  expect(many.kernel.munmap(many.pid, many.heap + pages(1), pages(1))).toBe(-Errno.ENOMEM);
  expect(limitOf(many)).toEqual(beyond("max_map_count", 1, 1, 1));

  const hole = stage(4);
  hole.kernel.munmap(hole.pid, hole.heap + pages(2), pages(1));
  for (const call of [
    () => hole.kernel.madvise(hole.pid, hole.heap, pages(4), Madvise.DONTNEED),
    () => hole.kernel.mlock(hole.pid, hole.heap, pages(4)),
    () => hole.kernel.mprotect(hole.pid, hole.heap, pages(4), Prot.READ),
  ]) {
    expect(call()).toBe(-Errno.ENOMEM);
    expect(limitOf(hole)).toEqual({ kind: "hole", addr: hole.heap + pages(2) });
  }

  const room = stage(4);
  const next = room.kernel.mmap(room.pid, {
    addr: room.heap + pages(4),
    len: pages(1),
    prot: 1,
    flags: MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.FIXED,
  });
  expect(next).toBe(room.heap + pages(4));
  expect(
    room.kernel.mremap(room.pid, { addr: room.heap, oldLen: pages(4), newLen: pages(6), flags: 0 }),
  ).toBe(-Errno.ENOMEM);
  expect(limitOf(room)).toEqual({ kind: "addresses", pages: 2 });
  expect(
    room.kernel.mremap(room.pid, {
      addr: room.heap,
      oldLen: pages(4),
      newLen: pages(6),
      flags: Mremap.MAYMOVE,
    }),
  ).toBeGreaterThan(0);
  expect(limitOf(room)).toBeNull();
});

test("fork: tasks of a user, of the machine, and pids", () => {
  const user = stage(1, {}, { nproc: 1 });
  expect(user.kernel.fork(user.pid)).toBe(-Errno.EAGAIN);
  expect(limitOf(user)).toEqual(beyond("RLIMIT_NPROC", 1, 1, 1));

  const machine = stage(1, { maxThreads: 2 }, { nproc: Number.POSITIVE_INFINITY });
  expect(machine.kernel.fork(machine.pid)).toBe(-Errno.EAGAIN);
  expect(limitOf(machine)).toEqual(beyond("max_threads", 2, 1, 2));

  const pids = stage(1, { pidMax: 3 }, { nproc: Number.POSITIVE_INFINITY });
  expect(pids.kernel.fork(pids.pid)).toBe(-Errno.ENOMEM); // D35, no pid reads as no memory
  expect(limitOf(pids)).toMatchObject({ limit: "pid_max", most: 3 });
});

test("fork: rights that are wanting, each by its name", () => {
  const { kernel, pid } = stage(1);
  expect(kernel.clone(pid, CloneFlag.NEWNS)).toBe(-Errno.EPERM);
  expect(kernel.refusal(pid)).toEqual({
    kind: "capability",
    capability: "CAP_SYS_ADMIN",
    forWhat: "a namespace",
  });
  expect(kernel.clone(pid, CloneFlag.NEWUSER)).toBe(-Errno.EPERM);
  expect(kernel.refusal(pid)).toMatchObject({
    capability: "CAP_SETGID and CAP_SETUID and CAP_SYS_ADMIN",
    forWhat: "a user namespace",
  });
  expect(kernel.swapoff(pid, 0)).toBe(-Errno.EPERM);
  expect(kernel.refusal(pid)).toMatchObject({ capability: "CAP_SYS_ADMIN", forWhat: "swapoff" });
});

test("a task that shares its fs_struct and calls exec is in the way", () => {
  const { kernel, pid } = stage(1);
  kernel.machine.fork.tasks.get(pid)!.fs.inExec = true;
  for (const call of [
    () => kernel.clone(pid, CloneFlag.FS),
    () => kernel.execve(pid, { path: "/bin/sh" }),
  ]) {
    expect(call()).toBe(-Errno.EAGAIN);
    expect(kernel.refusal(pid)).toMatchObject({ kind: "busy" });
  }
});

test("what the kernel itself is refused has no task", () => {
  const { kernel, pid, heap } = stage(512);
  kernel.write(pid, heap, pages(2));
  kernel.failAllocation();
  expect(kernel.collapse(pid, heap + 2 ** 21)).toBe(-Errno.ENOMEM);
  expect(kernel.refusal()).toMatchObject({ kind: "allocation", what: "huge_page" });
  expect(kernel.refusal(pid)).toBeNull();
});
