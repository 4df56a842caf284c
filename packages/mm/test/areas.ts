/**
 * Address spaces as pictures: a letter for each page from BASE on, an area in brackets.
 *
 *    [www][rr]..[WW]     two anonymous areas that touch, two pages free, an area of a file
 *
 *    w  writable    x  executable, not writable    r  read-only    n  no access
 *    capitals: the area has a file, shared anonymous memory too
 *
 * Entries are drawn with the letters of draw.ts.
 */
import {
  errnoName,
  MapFlag,
  Mremap,
  PAGE_SIZE,
  Prot,
  VmFlag,
  virtAddr,
  withoutVmFlag,
} from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import {
  checkPageTables,
  findPteCell,
  forEachPte,
  isPtePresent,
  isPteSpecial,
  NO_CELL,
  pgdAlloc,
  ptePfn,
} from "@forkpath/page-table";
import { anonVmaFork, checkAnonVmas, checkRmap, PageFlag } from "@forkpath/rmap";
import { addSwapArea, checkSwap } from "@forkpath/swap";
import { type KernelThread, runToCompletion } from "@forkpath/sync";
import { expect } from "vitest";
import {
  accountedPages,
  addTotalVm,
  allocateMm,
  type CommitOptions,
  checkMm,
  copyPageRange,
  copyVmaStruct,
  createMappedFile,
  createMmEnv,
  type FileOptions,
  getFile,
  linkVma,
  type MappedFile,
  type MmEnv,
  type MmEnvOptions,
  type MmLimits,
  type MmStruct,
  NO_LIMITS,
  Overcommit,
  sysMmap,
  sysMprotect,
  sysMremap,
  sysMunmap,
  touch,
  type Vma,
  vmaPages,
  vmEnoughMemory,
  vmStatAccount,
} from "../src/index.ts";
import { letterOf } from "./draw.ts";

/** Where pictures begin: a multiple of 2 MiB. */
export const BASE = 0x40_0000_0000;
/** Pages that one page table maps. */
export const TABLE_PAGES = 512;
export const NONE: number = Prot.NONE;
export const READ: number = Prot.READ;
export const EXEC: number = Prot.EXEC;
export const RW: number = Prot.READ | Prot.WRITE;

/** Nothing but swap may be promised: 62 pages, since the sum must stay below the 63 slots. */
export const SWAP_ONLY: CommitOptions = { mode: Overcommit.NEVER, ratio: 0, adminReserveKb: 0 };

export interface Space {
  readonly env: MmEnv;
  readonly mm: MmStruct;
}

/** A machine with one address space, P, in which nothing is mapped. */
export function createSpace(options: MmEnvOptions = {}): Space {
  const env = createMmEnv({ memoryPages: 8192, ...options });
  addSwapArea(env.swap, { max: 64 });
  return { env, mm: addSpace(env, "P") };
}

/** One more empty address space on the same machine. */
export function addSpace(env: MmEnv, name: string): MmStruct {
  const mm = allocateMm(env, name);
  mm.pgd = pgdAlloc(env.sync, env.tables);
  mm.mmUsers = mm.mmCount = 1;
  return mm;
}

/** A child: what dup_mmap makes of each area, without what the task around it needs. */
export function fork({ env, mm: parent }: Space, name: string): Space {
  const { sync } = env;
  const mm = addSpace(env, name);
  for (const vma of parent.vmas) {
    if (vma.flags & VmFlag.DONTCOPY) continue;
    const copy = copyVmaStruct(vma, { flags: withoutVmFlag(vma.flags, VmFlag.LOCKED) }, mm);
    const pages = vmaPages(vma);
    if (vma.flags & VmFlag.ACCOUNT) expect(vmEnoughMemory(env, parent, pages, true)).toBe(0);
    expect(run(anonVmaFork(sync, env.anonVmas, copy, vma))).toBe(0);
    if (copy.file !== null) getFile(copy.file);
    run(linkVma(env, copy));
    expect(run(copyPageRange(env, mm, parent, vma))).toBe(0);
    run(addTotalVm(sync, mm, pages));
    run(vmStatAccount(sync, mm, copy.flags, copy.file !== null, pages));
  }
  return { env, mm };
}

export const run = <T>(thread: KernelThread<T>): T => runToCompletion(thread);

/** Byte address of a page of the picture. */
export const at = (page: number): number => BASE + page * PAGE_SIZE;
/** The page of the picture that an address lies in; an errno by its name. */
export const pageOf = (addr: number): number | string =>
  addr < 0 ? errnoName(addr) : (addr - BASE) / PAGE_SIZE;

export interface MapOptions {
  readonly prot?: number;
  /** MapFlag bits beside FIXED; private and anonymous unless told. */
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
  const addr = run(
    sysMmap(space.env, space.mm, { ...request, flags: flags | MapFlag.FIXED }, limits),
  );
  return errnoName(addr < 0 ? addr : addr - at(page));
}

export const unmap = ({ env, mm }: Space, page: number, pages: number): string =>
  errnoName(run(sysMunmap(env, mm, at(page), pages * PAGE_SIZE)));

export const protect = (
  { env, mm }: Space,
  page: number,
  pages: number,
  prot: number,
  limits: MmLimits = NO_LIMITS,
): string => errnoName(run(sysMprotect(env, mm, at(page), pages * PAGE_SIZE, prot, limits)));

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
  return pageOf(run(sysMremap(env, mm, request, options.limits)));
}

/** A file that the machine knows. */
export function addFile({ env }: Space, options: Partial<FileOptions> = {}): MappedFile {
  const file = createMappedFile(env.nextFileId++, "/data", { sizePages: 64, ...options });
  env.files.set(file.id, file);
  return file;
}

/** Writes to pages of the picture. */
export const write = (space: Space, ...pages: number[]): void => access(space, pages, true);
/** Reads pages of the picture. */
export const read = (space: Space, ...pages: number[]): void => access(space, pages, false);

function access({ env, mm }: Space, pages: number[], isWrite: boolean): void {
  for (const page of pages) {
    const code = run(touch(env, mm, at(page), isWrite));
    expect(code & 0x2fff & ~0xc, `access to page ${page}`).toBe(0);
  }
}

/** The area that page `page` lies in. */
export function areaAt({ mm }: Space, page: number): Vma {
  const vma = mm.vmas.find(({ start, end }) => start <= at(page) && at(page) < end);
  if (vma === undefined) throw new RangeError(`page ${page} is not mapped`);
  return vma;
}

/** The picture of the areas, up to the last one above BASE. */
export function draw({ mm }: Space): string {
  let picture = "";
  let next = BASE;
  for (const vma of mm.vmas) {
    if (vma.end <= BASE) continue;
    picture += ".".repeat((vma.start - next) / PAGE_SIZE);
    picture += `[${letterOfArea(vma).repeat((vma.end - vma.start) / PAGE_SIZE)}]`;
    next = vma.end;
  }
  return picture;
}

function letterOfArea({ flags, file }: Vma): string {
  const letter =
    flags & VmFlag.WRITE ? "w" : flags & VmFlag.EXEC ? "x" : flags & VmFlag.READ ? "r" : "n";
  return file === null ? letter : letter.toUpperCase();
}

/** The letters of `count` entries from page `first` on. */
export function entries({ env, mm }: Space, first: number, count: number): string {
  const letters = Array.from({ length: count }, (_, index) => {
    const cell = findPteCell(env.tables, mm.pgd, virtAddr(at(first + index)));
    return cell === NO_CELL ? "-" : letterOf(env, cell);
  });
  return letters.join(" ");
}

/** (file, anon, swap), as SPEC appendix B writes them. */
export const rss = ({ mm }: Space): string => {
  const members = [MmCounter.FILE_RSS, MmCounter.ANON_RSS, MmCounter.SWAP_USAGE];
  return `(${members.map((member) => peekCounterSigned(mm.counters, member)).join()})`;
};

/** Everything that can be recounted, over all `mms` of the machine; one line for each mismatch. */
export function recount(env: MmEnv, ...mms: MmStruct[]): string[] {
  const mappings = new Map<number, number>();
  for (const mm of mms) countMappings(env, mm, mappings);
  const cached = new Set([...env.files.values()].flatMap(({ pages }) => [...pages.values()]));
  const isHeld = (pfn: number): boolean =>
    cached.has(pfn) || (env.map.flags[pfn] & PageFlag.SWAPCACHE) !== 0;
  return [
    ...mms.flatMap((mm) => checkMm(env, mm)),
    ...checkRmap(
      env.map,
      (pfn) => mappings.get(pfn) ?? 0,
      (pfn) => (isHeld(pfn) ? 1 : 0),
    ),
    ...checkPageTables(env.tables, mms),
    ...checkAnonVmas(
      env.anonVmas,
      mms.flatMap(({ vmas }) => vmas),
    ),
    ...checkSwap(env.swap),
    ...checkCommitted(env, mms),
    ...checkFiles(env, mms),
  ];
}

function countMappings(env: MmEnv, mm: MmStruct, mappings: Map<number, number>): void {
  forEachPte(env.tables, mm.pgd, (_addr, _cell, low, high) => {
    if (!isPtePresent(low) || isPteSpecial(low)) return;
    const pfn = ptePfn(low, high);
    mappings.set(pfn, (mappings.get(pfn) ?? 0) + 1);
  });
}

/** I12: what was promised is what areas and shmem files are charged for. */
function checkCommitted(env: MmEnv, mms: MmStruct[]): string[] {
  let charged = accountedPages(mms);
  for (const file of env.files.values()) charged += file.chargedPages;
  const { committed } = env.commit;
  return committed === charged ? [] : [`committed is ${committed}, but ${charged} are charged`];
}

/** Each file is held once by each area that maps it, and listed by no other. */
function checkFiles(env: MmEnv, mms: MmStruct[]): string[] {
  const vmas = mms.flatMap((mm) => mm.vmas);
  const lines: string[] = [];
  for (const file of env.files.values()) {
    const mapped = vmas.filter((vma) => vma.file === file);
    const listed = file.iMmap.size + file.iMmapNonlinear.size;
    const opened = file.isShmem ? 0 : 1;
    const shared = mapped.filter(({ flags }) => flags & VmFlag.SHARED).length;
    if (listed !== mapped.length) lines.push(`${file.path}: ${listed} areas listed`);
    if (file.count !== mapped.length + opened) lines.push(`${file.path}: count ${file.count}`);
    if (file.iMmapWritable !== shared) lines.push(`${file.path}: ${file.iMmapWritable} writable`);
  }
  return lines;
}
