/**
 * Address spaces as pictures of `drawAreas`: a letter for each page from START on, an area in
 * brackets. What changes them is in area-calls.ts, what shows them in area-looks.ts.
 */
import { errnoName, type KernelName, MapFlag, PAGE_SIZE, Prot, rulesOf } from "@forkpath/abi";
import {
  type CommitOptions,
  type MappedFile,
  type MmLimits,
  mmRules,
  Overcommit,
  sysMmap,
} from "@forkpath/mm";
import { NO_LIMITS } from "@forkpath/mm/internal";
import { expect, test } from "vitest";
import { at, showAreas } from "./area-looks.ts";
import { addSpace, createMachine, type MachineOptions, runOn, type Space } from "./machine.ts";

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

/** The same, with the rules of mm of a release. */
export const spaceOn = (kernel: KernelName): Space =>
  createSpace({ rules: rulesOf(mmRules, kernel) });

/**
 * A test for each release that is named, in a space of its own.
 * @param title `%s` stands for what is wanted there
 */
export function testOn<Wanted>(
  wanted: Readonly<Partial<Record<KernelName, Wanted>>>,
  title: string,
  check: (space: Space, wanted: Wanted) => void,
): void {
  const rows = Object.entries(wanted) as [KernelName, Wanted][];
  test.each(rows)(`on %s ${title}`, (kernel, one) => check(spaceOn(kernel), one));
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
