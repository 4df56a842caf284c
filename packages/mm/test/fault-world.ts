/**
 * Processes that fault, fork and swap for real, and pictures of what they see.
 *
 * A world starts with one process P and one mapping of it; `fork` makes more. Letters are those of
 * draw.ts. Pages are shown as "count/mapcount" in the order of their entries.
 */
import { PAGE_SIZE, type Pfn, type VirtAddr, VmFlag, virtAddr } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import {
  findPteCell,
  forEachPte,
  isPtePresent,
  NO_CELL,
  peekEntry,
  pgdAlloc,
  pokeEntry,
  ptePfn,
} from "@forkpath/page-table";
import { anonVmaFork, NormalPage, vmNormalPage } from "@forkpath/rmap";
import { addSwapArea, peekSlot } from "@forkpath/swap";
import { type KernelThread, runToCompletion } from "@forkpath/sync";
import {
  AccessCode,
  allocateMm,
  copyPageRange,
  createMappedFile,
  createMmEnv,
  createVma,
  filemapVmOps,
  handleMmFault,
  linkVma,
  type MappedFile,
  type MmEnv,
  type MmEnvOptions,
  type MmStruct,
  reclaimPages,
  touch,
  type Vma,
  VmFault,
  type VmOps,
  zapPageRange,
} from "../src/index.ts";
import { lettersOf } from "./draw.ts";
import { recountMachine } from "./recount.ts";

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

/** One process, as far as faults go. */
export interface Process {
  readonly env: MmEnv;
  readonly mm: MmStruct;
  readonly vma: Vma;
}

export interface WorldOptions extends MmEnvOptions {
  /** Of the mapping; 4 unless told. */
  readonly pages?: number;
  readonly flags?: number;
  readonly file?: MappedFile | null;
  readonly ops?: VmOps | null;
}

/** P, with one mapping at START: private anonymous memory unless told otherwise. */
export function createProcess(options: WorldOptions = {}): Process {
  const env = createMmEnv({ memoryPages: 8192, ...options });
  addSwapArea(env.swap, { max: 64 });
  const mm = createMm(env, "P");
  const { pages = 4, file = null } = options;
  if (file !== null) env.files.set(file.id, file);
  const ops = options.ops ?? (file === null ? null : filemapVmOps);
  const vma = addVma({ env, mm }, START, pages, options.flags ?? PRIVATE, { file, ops });
  env.sync.gate.count = 0;
  return { env, mm, vma };
}

/** A file that the world knows, 8 pages long, with nothing in the page cache. */
export function createFile(options: { isShmem?: boolean; sizePages?: number } = {}): MappedFile {
  return createMappedFile(1, "/data", { sizePages: 8, ...options });
}

/** One more mapping, `pages` long. */
export function addVma(
  { env, mm }: Pick<Process, "env" | "mm">,
  start: number,
  pages: number,
  flags: number,
  { file = null, ops = null }: { file?: MappedFile | null; ops?: VmOps | null } = {},
): Vma {
  const pgoff = file === null ? start / PAGE_SIZE : 0;
  const vma = createVma(mm, { start, end: start + pages * PAGE_SIZE, flags, pgoff, file });
  vma.ops = ops;
  run(linkVma(env, vma));
  mm.usage.totalVm += pages;
  if (file !== null) mm.usage.sharedVm += pages;
  else if (flags & VmFlag.GROWSDOWN) mm.usage.stackVm += pages;
  return vma;
}

function createMm(env: MmEnv, name: string): MmStruct {
  const mm = allocateMm(env, name);
  mm.mmUsers = 1;
  mm.mmCount = 1;
  mm.pgd = pgdAlloc(env.sync, env.tables);
  return mm;
}

/** A child with a copy of the mapping. */
export function fork(parent: Process, name = "C"): Process {
  const child = cloneEmpty(parent, name);
  run(copyPageRange(parent.env, child.mm, parent.mm, parent.vma));
  return child;
}

/** A child with the same mapping, of which no entry is copied yet. */
export function cloneEmpty(parent: Process, name = "C"): Process {
  const { env } = parent;
  const mm = createMm(env, name);
  const { start, flags, file, ops } = parent.vma;
  const vma = addVma({ env, mm }, start, pageCount(parent), flags, { file, ops });
  vma.anonVma = parent.vma.anonVma;
  run(anonVmaFork(env.sync, env.anonVmas, vma, parent.vma));
  return { env, mm, vma };
}

const pageCount = ({ vma }: Process): number => (vma.end - vma.start) / PAGE_SIZE;
/** Byte address of a page of the mapping. */
export const at = ({ vma }: Process, page: number): VirtAddr =>
  virtAddr(vma.start + page * PAGE_SIZE);

export const run = <T>(thread: KernelThread<T>): T => runToCompletion(thread);

/** Touches each page in turn, and says what happened: "hit" without a fault, else code names. */
const access = (process: Process, pages: number[], isWrite: boolean): string =>
  pages
    .map((page) => run(touch(process.env, process.mm, at(process, page), isWrite)))
    .map((code) => (code === 0 ? "hit" : codeNames(code)))
    .join(" ");
export const read = (process: Process, ...pages: number[]): string => access(process, pages, false);
export const write = (process: Process, ...pages: number[]): string => access(process, pages, true);

/** One fault, and no second try. */
export const fault = (process: Process, page: number, isWrite: boolean): string =>
  codeNames(run(handleMmFault(process.env, process.vma, at(process, page), isWrite)));

/** "MAJOR|WRITE"; 0 for a minor fault. */
export function codeNames(code: number): string {
  const names = Object.entries({ ...VmFault, SEGV: AccessCode.SEGV })
    .filter(([, bit]) => code & bit)
    .map(([name]) => name);
  return names.length === 0 ? "0" : names.join("|");
}

/** Swaps the process's pages out, whoever else maps them. */
export const swapOut = (process: Process, ...pages: number[]): void => {
  for (const page of pages) {
    const start = at(process, page);
    run(reclaimPages(process.env, process.mm, { start, end: start + PAGE_SIZE }));
  }
};

/** Entries, counters, and references of the pages that the entries map. */
export const show = (process: Process): { ptes: string; rss: string; pages: string } => ({
  ptes: lettersOf(process, process.mm),
  rss: rssOf(process),
  pages: framesOf(process)
    .map((frame) => `${process.env.map.count[frame]}/${process.env.map.mapcount[frame]}`)
    .join(" "),
});

/** "F1 A2 S0". */
export const rssOf = ({ mm }: Process): string =>
  [MmCounter.FILE_RSS, MmCounter.ANON_RSS, MmCounter.SWAP_USAGE]
    .map((member, index) => `${"FAS"[index]}${peekCounterSigned(mm.counters, member)}`)
    .join(" ");

/** Frames of the normal pages that the mapping's entries map, by address. */
export function framesOf({ env, mm, vma }: Process): Pfn[] {
  const frames: Pfn[] = [];
  forEachPte(env.tables, mm.pgd, (addr, _cell, low, high) => {
    if (addr < vma.start || addr >= vma.end || !isPtePresent(low)) return;
    const pfn = ptePfn(low, high);
    if (vmNormalPage(env.map, vma.flags, low, pfn) === NormalPage.NORMAL) frames.push(pfn);
  });
  return frames;
}

function cellOf({ env, mm, vma }: Process, page: number): number {
  return findPteCell(env.tables, mm.pgd, virtAddr(vma.start + page * PAGE_SIZE));
}

/** The entry as one value; 0 also where there is no table. */
export const entry = (process: Process, page: number): bigint => {
  const cell = cellOf(process, page);
  return cell === NO_CELL ? 0n : peekEntry(process.env.tables, cell);
};

/** Changes the entry of a page that has a table already. */
export const setEntry = (process: Process, page: number, value: bigint): void =>
  pokeEntry(process.env.tables, cellOf(process, page), value);

/** The byte of a slot on the first swap area: "0x41". */
export const slotByte = ({ env }: Process, offset: number): string =>
  `0x${peekSlot(env.swap, 0, offset).byte.toString(16).padStart(2, "0")}`;

/** Unmaps everything, as exit does. */
export const unmapAll = ({ env, vma }: Process): number =>
  run(zapPageRange(env, vma, vma.start, vma.end));

/** Every count of the world against a recount; `processes` are all that there are. */
export const recount = (...processes: Process[]): string[] =>
  recountMachine(
    processes[0].env,
    processes.map(({ mm }) => mm),
  );
