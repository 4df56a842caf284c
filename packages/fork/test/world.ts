/**
 * A machine, processes on it, and their memory as pictures: a letter for each page, an area from
 * `[` to `]`, in the order of addresses.
 *
 *    [W r -] [F f]      anonymous: writable, read-only, not there; a file's page
 *
 *    W  anonymous, writable       F  page cache, writable     s  swapped out
 *    r  anonymous, read-only      f  page cache, read-only    M  migrating, was writable
 *    z  the zero page             -  none                     m  migrating, read-only
 *
 * `map` reads the same letters: F and f belong to a file, s is written and then swapped out.
 */
import { MapFlag, PAGE_SIZE, Prot, virtAddr } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import {
  createMappedFile,
  createMmEnv,
  type MappedFile,
  MMAP_BASE,
  type MmEnv,
  type MmEnvOptions,
  type MmStruct,
  reclaimPages,
  sysMmap,
  touch,
  type Vma,
} from "@forkpath/mm";
import {
  findPteCell,
  isPteNone,
  isPtePresent,
  NO_CELL,
  Pte,
  pteHigh,
  pteLow,
  ptePfn,
} from "@forkpath/page-table";
import { isPageAnon } from "@forkpath/rmap";
import { addSwapArea, isMigrationEntry, isWriteMigrationEntry } from "@forkpath/swap";
import { type KernelThread, runToCompletion } from "@forkpath/sync";
import { expect } from "vitest";
import {
  createForkEnv,
  createProcess,
  type ForkEnv,
  type ForkEnvOptions,
  type ProcessOptions,
  type TaskStruct,
} from "../src/index.ts";

/** A machine with init and 64 slots of swap. */
export function machine(options: MmEnvOptions = {}, tasks: ForkEnvOptions = {}): ForkEnv {
  const env = createMmEnv({ memoryPages: 8192, ...options });
  addSwapArea(env.swap, { max: 65 });
  return createForkEnv(env, tasks);
}

export const run = <T>(thread: KernelThread<T>): T => runToCompletion(thread);

/** A child of init with the areas of the pictures. */
export function spawn(fe: ForkEnv, ...pictures: string[]): TaskStruct {
  return spawnAs(fe, { comm: "parent" }, ...pictures);
}

/** The same, of a user, a parent or a name of its own. */
export function spawnAs(fe: ForkEnv, options: ProcessOptions, ...pictures: string[]): TaskStruct {
  const task = createProcess(fe, options);
  if (typeof task === "number") throw new Error(`createProcess: ${task}`);
  for (const picture of pictures) map(fe, task, picture);
  return task;
}

export interface MapOptions {
  /** MapFlag bits beside PRIVATE or SHARED. */
  readonly flags?: number;
  readonly isShared?: boolean;
  /** Bytes; by default below what is mapped, with a free page between. */
  readonly addr?: number;
  /** By default a new one for pictures with F or f, and none for others. */
  readonly file?: MappedFile;
}

/** Maps an area that looks like the picture. @returns its address */
export function map(
  fe: ForkEnv,
  task: TaskStruct,
  picture: string,
  options: MapOptions = {},
): number {
  const letters = lettersOf(picture);
  const env = fe.mm;
  const mm = mmOf(task);
  const isFile = letters.some((letter) => letter === "F" || letter === "f");
  const file = options.file ?? (isFile ? addFile(env) : undefined);
  const kind = options.isShared ? MapFlag.SHARED : MapFlag.PRIVATE;
  const flags = kind | MapFlag.FIXED | (options.flags ?? 0) | (file ? 0 : MapFlag.ANONYMOUS);
  const len = letters.length * PAGE_SIZE;
  const { addr: at = (mm.vmas[0]?.start ?? MMAP_BASE) - len - PAGE_SIZE } = options;
  const request = { addr: at, len, prot: Prot.READ | Prot.WRITE, flags };
  const open = file === undefined ? {} : { open: { file, isReadable: true, isWritable: true } };
  const addr = run(sysMmap(env, mm, { ...request, ...open }));
  expect(addr, `mmap of ${picture}`).toBeGreaterThan(0);
  letters.forEach((letter, page) => {
    touchAs(env, mm, addr + page * PAGE_SIZE, letter);
  });
  return addr;
}

/** A file of 64 pages that the machine knows. */
export function addFile(env: MmEnv, path = "/data", sizePages = 64): MappedFile {
  const file = createMappedFile(env.nextFileId++, path, { sizePages });
  env.files.set(file.id, file);
  return file;
}

/** Makes the page look like the letter. */
function touchAs(env: MmEnv, mm: MmStruct, addr: number, letter: string): void {
  if (letter === "-") return;
  const isWrite = letter === "W" || letter === "F" || letter === "s";
  run(touch(env, mm, addr, isWrite));
  if (letter === "s") run(reclaimPages(env, mm, { start: addr, end: addr + PAGE_SIZE }));
}

/** Writes or reads the byte at `addr`; fails the test when the access is not possible. */
export function access(fe: ForkEnv, task: TaskStruct, addr: number, isWrite: boolean): void {
  const code = run(touch(fe.mm, mmOf(task), addr, isWrite));
  expect(code & 0x2003, `access to 0x${addr.toString(16)}`).toBe(0);
}

/** The picture of all areas of a task. */
export const show = (fe: ForkEnv, task: TaskStruct): string =>
  mmOf(task)
    .vmas.map((vma) => showArea(fe.mm, vma))
    .join(" ");

function showArea(env: MmEnv, { mm, start, end }: Vma): string {
  const letters: string[] = [];
  for (let addr: number = start; addr < end; addr += PAGE_SIZE) {
    letters.push(letterAt(env, mm, addr));
  }
  return `[${letters.join(" ")}]`;
}

function letterAt({ tables, map: pages }: MmEnv, mm: MmStruct, addr: number): string {
  const cell = findPteCell(tables, mm.pgd, virtAddr(addr));
  if (cell === NO_CELL) return "-";
  const low = pteLow(tables, cell);
  const high = pteHigh(tables, cell);
  if (isPteNone(low, high)) return "-";
  if (!isPtePresent(low)) {
    if (!isMigrationEntry(low)) return "s";
    return isWriteMigrationEntry(low) ? "M" : "m";
  }
  if (low & Pte.SPECIAL) return "z";
  const isWritable = (low & Pte.RW) !== 0;
  if (!isPageAnon(pages, ptePfn(low, high))) return isWritable ? "F" : "f";
  return isWritable ? "W" : "r";
}

/** (file, anon, swap), as SPEC Appendix B writes them. */
export function rss(task: TaskStruct): string {
  const members = [MmCounter.FILE_RSS, MmCounter.ANON_RSS, MmCounter.SWAP_USAGE];
  const { counters } = mmOf(task);
  return `(${members.map((member) => peekCounterSigned(counters, member)).join()})`;
}

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

const lettersOf = (picture: string): string[] => picture.replace(/[[\]]/g, "").trim().split(" ");
