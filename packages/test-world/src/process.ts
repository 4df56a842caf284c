/**
 * Processes that fault, fork and swap for real, and pictures of what they see.
 *
 * A world starts with one process P and one mapping of it; `fork` makes more. Letters are those of
 * letters.ts. Pages are shown as "count/mapcount" in the order of their entries.
 */
import { hex, PAGE_SIZE, type Pfn, type VirtAddr, virtAddr } from "@forkpath/abi";
import {
  AccessCode,
  createMappedFile,
  findVma,
  handleMmFault,
  type MappedFile,
  reclaimPages,
  touch,
  type Vma,
  VmFault,
  zapPageRange,
} from "@forkpath/mm";
import {
  findPteCell,
  forEachPte,
  isPtePresent,
  NO_CELL,
  peekEntry,
  pokeEntry,
  ptePfn,
} from "@forkpath/page-table";
import { NormalPage, vmNormalPage } from "@forkpath/rmap";
import { expect } from "vitest";
import { showEntries, showRefs, showRss } from "./letters.ts";
import {
  type AreaOptions,
  addSpace,
  addVma,
  cloneSpace,
  createMachine,
  forkSpace,
  type MachineOptions,
  PRIVATE,
  run,
  type Space,
  START,
} from "./machine.ts";

/** One process, as far as faults go. */
export interface Process extends Space {
  readonly vma: Vma;
}

export interface ProcessOptions extends MachineOptions, AreaOptions {
  /** Of the mapping; by default 4. */
  readonly pages?: number;
  readonly flags?: number;
}

/** P, with one mapping at START: by default private anonymous memory. */
export function createProcess(options: ProcessOptions = {}): Process {
  const env = createMachine(options);
  const mm = addSpace(env, "P");
  const { pages = 4, flags = PRIVATE, file = null } = options;
  if (file !== null) {
    env.files.set(file.id, file);
    env.nextFileId = file.id + 1;
  }
  const vma = addVma({ env, mm }, START, pages, flags, options);
  env.sync.gate.count = 0;
  return { env, mm, vma };
}

/** P with page 0 in slot 1, and nothing in the swap cache. */
export function createSwappedProcess(options: ProcessOptions = {}): Process {
  const p = createProcess(options);
  write(p, 0);
  swapOut(p, 0);
  expect(show(p)).toEqual({ ptes: "s - - -", rss: "(0,0,1)", pages: "" });
  return p;
}

/** A file to map, 8 pages long, with nothing in the page cache. */
export function createFile(options: { isShmem?: boolean; sizePages?: number } = {}): MappedFile {
  return createMappedFile(1, "/data", { sizePages: 8, ...options });
}

/** A child with a copy of the mapping. */
export const fork = (parent: Process, name = "C"): Process =>
  withVmaOf(parent, forkSpace(parent, name));

/** A child with the same mapping, of which no entry is copied yet. */
export const cloneEmpty = (parent: Process, name = "C"): Process =>
  withVmaOf(parent, cloneSpace(parent, name));

function withVmaOf({ vma: { start } }: Process, child: Space): Process {
  const vma = findVma(child.mm, start);
  if (vma?.start !== start) throw new RangeError(`the child has no area at ${hex(start)}`);
  return { ...child, vma };
}

const pageCount = ({ vma }: Process): number => (vma.end - vma.start) / PAGE_SIZE;
/** Byte address of a page of the mapping. */
export const at = ({ vma }: Process, page: number): VirtAddr =>
  virtAddr(vma.start + page * PAGE_SIZE);

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
  ptes: showEntries(process, process.vma.start, pageCount(process)),
  rss: showRss(process.mm),
  pages: showRefs(process, framesOf(process)),
});

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

/** Unmaps everything, as exit does. */
export const unmapAll = ({ env, vma }: Process): number =>
  run(zapPageRange(env, vma, vma.start, vma.end));
