/**
 * What programs do to their memory without a system call: they read and write it, and fault.
 *
 * The answer is a word of VmFault and AccessCode bits; the access was done unless ACCESS_ERROR has
 * one of them. A signal that would follow is the caller's to send.
 */
import {
  expectInteger,
  PAGE_SIZE,
  type Pfn,
  pageAlignDown,
  pageAlignUp,
  USER_END,
} from "@forkpath/abi";
import { mmLimitsOf } from "@forkpath/fork/internal";
import {
  ACCESS_ERROR,
  type GupOptions,
  getUserPages,
  touch,
  touchRange,
  unpinPage,
} from "@forkpath/mm";
import { dropPage, setPageDirty } from "@forkpath/mm/internal";
import { type KernelThread, reading, stopAt } from "@forkpath/sync";
import { liveMm, liveTask, type Machine } from "./machine.ts";

/** Accesses of a task: each is a thread to step through. Addresses and lengths are bytes. */
export interface AccessCalls {
  /** Reads every page that has a byte of the range; by default the one of `addr`. */
  read(pid: number, addr: number, len?: number): KernelThread<number>;
  /**
   * Writes to every page that has a byte of the range; by default the one of `addr`.
   * @example
   * ```ts
   * import { createKernel } from "@forkpath/kernel";
   * const kernel = createKernel({ memoryPages: 1024 });
   * const pid = kernel.createProcess();
   * const heap = kernel.mmap(pid, { len: 4 * 4096 });
   * kernel.write(pid, heap, 2 * 4096);
   * console.log(kernel.letters(pid, heap, 4)); // W W - -
   * ```
   */
  write(pid: number, addr: number, len?: number): KernelThread<number>;
  /**
   * Goes from page to page from `addr` on, one for each letter: W writes, r reads, - passes over.
   * Blanks between letters count nothing. It ends at the first access that was not done.
   */
  touch(pid: number, addr: number, letters: string): KernelThread<number>;
  /**
   * Takes a reference to each page of the range, as direct I/O does, until `unpin`.
   * @returns how many pages, or a negative errno
   */
  pin(pid: number, addr: number, len: number, isWrite?: boolean): KernelThread<number>;
  /**
   * A debugger, who has stopped the task, writes to each page of the range whatever its access.
   * @returns how many pages, or a negative errno
   */
  poke(pid: number, addr: number, len: number): KernelThread<number>;
}

/** @modelOnly a program, and get_user_pages */
export function accessCalls(machine: Machine): AccessCalls {
  return {
    read: (pid, addr, len = 1) => access(machine, "read", pid, addr, len, false),
    write: (pid, addr, len = 1) => access(machine, "write", pid, addr, len, true),
    touch: (pid, addr, letters) => touchLetters(machine, pid, addr, letters),
    pin: (pid, addr, len, isWrite = false) => pinPages(machine, pid, addr, len, isWrite),
    poke: (pid, addr, len) => forceWrite(machine, pid, addr, len),
  };
}

/**
 * Gives back what `pin` took, all of it.
 * @modelOnly the end of direct I/O
 */
export function unpinAll({ mm, pins }: Machine): void {
  for (const [pfn, times] of pins) for (let i = 0; i < times; i++) unpinPage(mm, pfn);
  pins.clear();
}

/** Which pages have a byte of [addr, addr + len). */
function pageRange(where: string, addr: number, len: number): { start: number; pages: number } {
  expectInteger(where, "addr", addr, 0, USER_END - 1);
  expectInteger(where, "len", len, 0, USER_END - addr);
  const start = pageAlignDown(addr);
  return { start, pages: len === 0 ? 0 : (pageAlignUp(addr + len) - start) / PAGE_SIZE };
}

function access(
  machine: Machine,
  where: string,
  pid: number,
  addr: number,
  len: number,
  isWrite: boolean,
): KernelThread<number> {
  const { start, pages } = pageRange(where, addr, len);
  const task = liveTask(machine, where, pid);
  const mm = liveMm(machine, where, pid);
  return touchRange(machine.mm, mm, start, pages, isWrite, mmLimitsOf(task));
}

function* touchLetters(
  machine: Machine,
  pid: number,
  addr: number,
  letters: string,
): KernelThread<number> {
  const pages = letters.replaceAll(" ", "");
  if (!/^[Wr-]*$/.test(pages)) {
    throw new RangeError(`touch: letters must be of W, r and -, got ${letters}`);
  }
  const task = liveTask(machine, "touch", pid);
  const mm = liveMm(machine, "touch", pid);
  let code = 0;
  for (let page = 0; page < pages.length && (code & ACCESS_ERROR) === 0; page++) {
    if (pages[page] === "-") continue;
    const isWrite = pages[page] === "W";
    code |= yield* touch(machine.mm, mm, addr + page * PAGE_SIZE, isWrite, mmLimitsOf(task));
  }
  return code;
}

function* pinPages(
  machine: Machine,
  pid: number,
  addr: number,
  len: number,
  isWrite: boolean,
): KernelThread<number> {
  const pinned: Pfn[] = [];
  const options = { isWrite, isPin: true, where: "get_user_pages_fast" };
  const status = yield* pinRange(machine, "pin", pid, { addr, len }, options, pinned);
  for (const pfn of pinned) machine.pins.set(pfn, (machine.pins.get(pfn) ?? 0) + 1);
  return status;
}

function* forceWrite(
  machine: Machine,
  pid: number,
  addr: number,
  len: number,
): KernelThread<number> {
  const pinned: Pfn[] = [];
  const options = { isWrite: true, isForced: true, isRemote: true, where: "access_process_vm" };
  const status = yield* pinRange(machine, "poke", pid, { addr, len }, options, pinned);
  yield* stopAt(machine.mm.sync, machine.mm.ptePoint);
  for (const pfn of pinned) {
    setPageDirty(machine.mm, pfn);
    dropPage(machine.mm, pfn);
  }
  return status;
}

/** Appends the pages to `pinned`. @returns how many, or a negative errno */
function* pinRange(
  machine: Machine,
  name: string,
  pid: number,
  { addr, len }: { addr: number; len: number },
  { where, ...options }: GupOptions & { readonly where: string },
  pinned: Pfn[],
): KernelThread<number> {
  const { start, pages } = pageRange(name, addr, len);
  const mm = liveMm(machine, name, pid);
  const limits = mmLimitsOf(liveTask(machine, name, pid));
  const pin = getUserPages(machine.mm, mm, start, pages, { ...options, limits }, pinned);
  return yield* reading(machine.mm.sync, mm.mmapSem, where, pin);
}
