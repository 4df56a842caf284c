/**
 * The ground that every test of memory stands on: a machine, and address spaces on it.
 *
 *    machine.ts   a machine, its address spaces, files, areas; fork       (no pictures)
 *    letters.ts   entries, counters and pages as pictures
 *    pictures.ts  a space as a picture of its entries, area by area
 *    recount.ts   every count of the machine against the slow way
 *    stepper.ts   kernel threads taken step by step
 *    areas.ts     a space as a picture of its areas; the calls that change them
 *    process.ts   a space with one mapping, which faults and swaps
 *    family.ts    processes with names, which share pages; family-paths.ts: what happens to those
 *    huge.ts      processes whose pictures have 2 MiB a sign
 *    tables.ts    two tables drawn entry by entry, for what copies or unmaps them
 */
import { PAGE_SIZE, VmFlag, withoutVmFlag } from "@forkpath/abi";
import {
  copyPageRange,
  createMappedFile,
  createMmEnv,
  type FileOptions,
  findVma,
  type MappedFile,
  type MmEnv,
  type MmEnvOptions,
  type MmStruct,
  type Vma,
  type VmOps,
  vmaPages,
} from "@forkpath/mm";
import {
  addTotalVm,
  allocateMm,
  copyVmaStruct,
  createVma,
  filemapVmOps,
  getFile,
  linkVma,
  vmEnoughMemory,
  vmStatAccount,
} from "@forkpath/mm/internal";
import { pgdAlloc } from "@forkpath/page-table";
import { anonVmaFork } from "@forkpath/rmap";
import { addSwapArea } from "@forkpath/swap";
import { type KernelThread, runToCompletion } from "@forkpath/sync";
import { expect } from "vitest";

/** Where pictures begin: a multiple of 2 MiB. */
export const START = 0x40_0000_0000;
const MAY: number = VmFlag.MAYREAD | VmFlag.MAYWRITE | VmFlag.MAYEXEC;
/** MAP_PRIVATE, PROT_READ | PROT_WRITE. */
export const PRIVATE: number = VmFlag.READ | VmFlag.WRITE | MAY;
/** MAP_PRIVATE, PROT_READ. */
export const PRIVATE_READ: number = VmFlag.READ | MAY;
/** MAP_SHARED, PROT_READ | PROT_WRITE. */
export const SHARED: number = PRIVATE | VmFlag.SHARED | VmFlag.MAYSHARE;
/** MAP_SHARED, PROT_READ, of a file opened read-write. */
export const SHARED_READ: number = PRIVATE_READ | VmFlag.SHARED | VmFlag.MAYSHARE;

/** Whatever knows its machine. */
export interface OnMachine {
  readonly env: MmEnv;
}

/** One address space, and the machine that it is on. */
export interface Space extends OnMachine {
  readonly mm: MmStruct;
}

export interface MachineOptions extends MmEnvOptions {
  /** Slots of the swap area, the header included; by default 64, 0 for no area. */
  readonly slots?: number;
}

/**
 * Runs to the end, on a machine where nobody else can run: so there is no step to be made.
 * @throws Error when the thread makes one all the same
 */
export function run<T>(thread: KernelThread<T>): T {
  const step = thread.next();
  if (step.done) return step.value;
  const { label } = step.value;
  throw new Error(
    step.value.ready() ? `a step for nobody: ${label}` : `waits for ${label}, and nobody else runs`,
  );
}

/** Runs to the end on an interleaved machine, where all steps are made. */
export const runSteps = <T>(thread: KernelThread<T>): T => runToCompletion(thread);

/** Runs to the end on whatever machine this is. */
export const runOn = <T>({ sync }: MmEnv, thread: KernelThread<T>): T =>
  sync.interleaved ? runSteps(thread) : run(thread);

/** A machine on which nothing runs. */
export function createMachine(options: MachineOptions = {}): MmEnv {
  const { slots = 64, ...rest } = options;
  const env = createMmEnv({ memoryPages: 8192, ...rest });
  if (slots > 0) addSwapArea(env.swap, { max: slots });
  return env;
}

/** An address space with one user and nothing mapped. */
export function addSpace(env: MmEnv, name: string): MmStruct {
  const mm = allocateMm(env, name);
  mm.pgd = pgdAlloc(env.sync, env.tables);
  mm.mmUsers = mm.mmCount = 1;
  return mm;
}

/** A file that the machine knows, held open by somebody, with nothing in the page cache. */
export function addFile(
  { env }: OnMachine,
  { path = "/data", ...options }: Partial<FileOptions> & { readonly path?: string } = {},
): MappedFile {
  const file = createMappedFile(env.nextFileId++, path, { sizePages: 64, ...options });
  env.files.set(file.id, file);
  return file;
}

export interface AreaOptions {
  readonly file?: MappedFile | null;
  /** Those of a page-cache file, or none, by default. */
  readonly ops?: VmOps | null;
}

/** One more area, `pages` long, which no system call has looked at. */
export function addVma(
  { env, mm }: Space,
  start: number,
  pages: number,
  flags: number,
  { file = null, ops = file === null ? null : filemapVmOps }: AreaOptions = {},
): Vma {
  const pgoff = file === null ? start / PAGE_SIZE : 0;
  const vma = createVma(mm, { start, end: start + pages * PAGE_SIZE, flags, pgoff, file });
  vma.ops = ops;
  adopt(env, vma);
  return vma;
}

/** Links an area in, and counts it. */
function adopt(env: MmEnv, vma: Vma): void {
  const { mm, file, flags } = vma;
  if (file !== null) getFile(file);
  run(linkVma(env, vma));
  run(addTotalVm(env.sync, mm, vmaPages(vma)));
  run(vmStatAccount(env, mm, flags, file !== null, vmaPages(vma)));
}

/** A child as dup_mmap makes it, without what the task around it needs. */
export function forkSpace(parent: Space, name: string): Space {
  const child = cloneSpace(parent, name);
  expect(copyEntries(parent, child)).toBe(0);
  return child;
}

/** A child with copies of the areas, of which no entry is copied yet. */
export function cloneSpace({ env, mm: parent }: Space, name: string): Space {
  const mm = addSpace(env, name);
  for (const vma of parent.vmas) {
    if (vma.flags & VmFlag.DONTCOPY) continue;
    if (vma.flags & VmFlag.ACCOUNT)
      expect(vmEnoughMemory(env, parent, vmaPages(vma), true)).toBe(0);
    const copy = copyVmaStruct(vma, { flags: withoutVmFlag(vma.flags, VmFlag.LOCKED) }, mm);
    expect(run(anonVmaFork(env.sync, env.anonVmas, copy, vma))).toBe(0);
    adopt(env, copy);
  }
  return { env, mm };
}

/** Copies the entries of each area that the child has too; the first error ends it. */
export function copyEntries({ env, mm: parent }: Space, { mm }: Space): number {
  for (const vma of parent.vmas) {
    if (findVma(mm, vma.start)?.start !== vma.start) continue; // DONTCOPY
    const status = run(copyPageRange(env, mm, parent, vma));
    if (status !== 0) return status;
  }
  return 0;
}
