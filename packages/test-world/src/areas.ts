/**
 * Address spaces as pictures of `drawAreas`: a letter for each page from START on, an area in
 * brackets. And the calls that change them, in pages of the picture.
 */
import { errnoName, MapFlag, Mremap, PAGE_SIZE, Prot, virtAddr } from "@forkpath/abi";
import {
  type CommitOptions,
  drawAreas,
  type MappedFile,
  type MmLimits,
  NO_LIMITS,
  Overcommit,
  sysMadvise,
  sysMlock,
  sysMmap,
  sysMprotect,
  sysMremap,
  sysMunlock,
  sysMunmap,
  touch,
  type Vma,
} from "@forkpath/mm";
import { findPteCell } from "@forkpath/page-table";
import { expect } from "vitest";
import { showEntries } from "./letters.ts";
import {
  addSpace,
  createMachine,
  type MachineOptions,
  runOn,
  type Space,
  START,
} from "./machine.ts";

/** Pages that one page table maps. */
export const TABLE_PAGES = 512;
export const NONE: number = Prot.NONE;
export const READ: number = Prot.READ;
export const EXEC: number = Prot.EXEC;
export const RW: number = Prot.READ | Prot.WRITE;

/** Nothing but swap may be promised: 62 pages, since the sum must stay below the 63 slots. */
export const SWAP_ONLY: CommitOptions = { mode: Overcommit.NEVER, ratio: 0, adminReserveKb: 0 };

/** A machine with one address space, P, in which nothing is mapped. */
export function createSpace(options: MachineOptions = {}): Space {
  const env = createMachine(options);
  return { env, mm: addSpace(env, "P") };
}

/**
 * The same with private anonymous areas, as `showAreas` draws them: `[ww]..[r]` maps two pages that
 * may be written to, and one that may only be read.
 */
export function drawSpace(picture: string, options: MachineOptions = {}): Space {
  const space = createSpace(options);
  let page = 0;
  for (const [signs] of picture.matchAll(/\[[rw]+\]|\./g)) {
    const pages = Math.max(1, signs.length - 2);
    if (signs !== ".") map(space, page, pages, { prot: signs[1] === "r" ? READ : RW });
    page += pages;
  }
  expect(showAreas(space)).toBe(picture);
  return space;
}

/** Byte address of a page of the picture. */
export const at = (page: number): number => START + page * PAGE_SIZE;
/** The page of the picture that an address lies in; an errno by its name. */
export const pageOf = (addr: number): number | string =>
  addr < 0 ? errnoName(addr) : (addr - START) / PAGE_SIZE;

export interface MapOptions {
  readonly prot?: number;
  /** MapFlag bits beside FIXED; by default private and anonymous. */
  readonly flags?: number;
  readonly file?: MappedFile;
  readonly pgoff?: number;
  readonly limits?: MmLimits;
}

const ANONYMOUS: number = MapFlag.PRIVATE | MapFlag.ANONYMOUS;
export const SHARED_ANONYMOUS: number = MapFlag.SHARED | MapFlag.ANONYMOUS;

/** mmap of [page, page + pages), which replaces what is there. "0" or the errno's name. */
export function map(space: Space, page: number, pages: number, options: MapOptions = {}): string {
  const { prot = RW, file, pgoff = 0, limits = NO_LIMITS } = options;
  const flags = options.flags ?? (file === undefined ? ANONYMOUS : MapFlag.PRIVATE);
  const open = file === undefined ? {} : { open: { file, isReadable: true, isWritable: true } };
  const request = { addr: at(page), len: pages * PAGE_SIZE, prot, pgoff, ...open };
  const addr = runOn(
    space.env,
    sysMmap(space.env, space.mm, { ...request, flags: flags | MapFlag.FIXED }, limits),
  );
  return errnoName(addr < 0 ? addr : addr - at(page));
}

export const unmap = ({ env, mm }: Space, page: number, pages: number): string =>
  errnoName(runOn(env, sysMunmap(env, mm, at(page), pages * PAGE_SIZE)));

export const protect = (
  { env, mm }: Space,
  page: number,
  pages: number,
  prot: number,
  limits: MmLimits = NO_LIMITS,
): string => errnoName(runOn(env, sysMprotect(env, mm, at(page), pages * PAGE_SIZE, prot, limits)));

export const lock = (
  { env, mm }: Space,
  page: number,
  pages: number,
  limits: MmLimits = NO_LIMITS,
): string => errnoName(runOn(env, sysMlock(env, mm, at(page), pages * PAGE_SIZE, limits)));

export const unlock = ({ env, mm }: Space, page: number, pages: number): string =>
  errnoName(runOn(env, sysMunlock(env, mm, at(page), pages * PAGE_SIZE)));

/** madvise, with an advice of Madvise. */
export const advise = ({ env, mm }: Space, page: number, pages: number, advice: number): string =>
  errnoName(runOn(env, sysMadvise(env, mm, at(page), pages * PAGE_SIZE, advice)));

/** mremap in pages of the picture; the page where the mapping is then, or the errno. */
export function remap(
  { env, mm }: Space,
  page: number,
  oldPages: number,
  newPages: number,
  options: { mayMove?: boolean; to?: number; limits?: MmLimits } = {},
): number | string {
  const { mayMove = options.to !== undefined, to } = options;
  const flags = (mayMove ? Mremap.MAYMOVE : 0) | (to === undefined ? 0 : Mremap.FIXED);
  const lengths = { oldLen: oldPages * PAGE_SIZE, newLen: newPages * PAGE_SIZE };
  const request = {
    addr: at(page),
    ...lengths,
    flags,
    ...(to === undefined ? {} : { newAddr: at(to) }),
  };
  return pageOf(runOn(env, sysMremap(env, mm, request, options.limits)));
}

/** Writes to pages of the picture. */
export const write = (space: Space, ...pages: number[]): void => access(space, pages, true);
/** Reads pages of the picture. */
export const read = (space: Space, ...pages: number[]): void => access(space, pages, false);

function access({ env, mm }: Space, pages: number[], isWrite: boolean): void {
  for (const page of pages) {
    const code = runOn(env, touch(env, mm, at(page), isWrite));
    expect(code & 0x2fff & ~0xc, `access to page ${page}`).toBe(0);
  }
}

/** The area that page `page` lies in. */
export function areaAt({ mm }: Space, page: number): Vma {
  const vma = mm.vmas.find(({ start, end }) => start <= at(page) && at(page) < end);
  if (vma === undefined) throw new RangeError(`page ${page} is not mapped`);
  return vma;
}

/** The picture of the areas, up to the last one above START. */
export const showAreas = ({ mm }: Space): string => drawAreas(mm, START);

/** The letters of `count` entries from page `first` on. */
export const entries = (space: Space, first: number, count: number): string =>
  showEntries(space, at(first), count);

/** The cell of a page's entry, or NO_CELL. */
export const cellOf = ({ env, mm }: Space, page: number): number =>
  findPteCell(env.tables, mm.pgd, virtAddr(at(page)));
