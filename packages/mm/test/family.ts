/**
 * A family of processes that share pages, for tests of what happens to a page wherever it is
 * mapped. Each process has one area at START; its picture is that of draw.ts, with the counters
 * behind it as in SPEC appendix B: (file, anon, swap).
 *
 *    const family = createFamily("W W -");         P: two pages written, one never touched
 *    fork(family, "P", "C");                       C: copies of P's entries
 *    show(family)                                  { P: "r r - (0,2,0)", C: "rc' ..." }
 */
import { PAGE_SIZE, type Pfn, virtAddr } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import {
  findPteCell,
  isPtePresent,
  NO_CELL,
  pgdAlloc,
  pteHigh,
  pteLow,
  ptePfn,
} from "@forkpath/page-table";
import { anonVmaFork, PageFlag } from "@forkpath/rmap";
import { peekSlot } from "@forkpath/swap";
import { expect } from "vitest";
import {
  allocateMm,
  type CommitOptions,
  copyPageRange,
  createMappedFile,
  createMmEnv,
  createVma,
  filemapVmOps,
  linkVma,
  type MappedFile,
  type MmEnv,
  type MmStruct,
  reclaimPages,
  sysSwapon,
  touch,
  type Vma,
} from "../src/index.ts";
import { letterOf, PRIVATE, run, START } from "./draw.ts";

export interface Family {
  readonly env: MmEnv;
  readonly mms: Map<string, MmStruct>;
  /** Pages of the area of each member. */
  readonly pages: number;
  /** What the area maps; null for anonymous memory. */
  readonly file: MappedFile | null;
}

export interface FamilyOptions {
  readonly splitPtlocks?: boolean;
  /** VmFlag bits of the area; private and writable unless told. */
  readonly flags?: number;
  /** Map a file of as many pages instead of anonymous memory. */
  readonly file?: "disk" | "shmem";
  /** Slots of the swap area, the header included; 0 for none. */
  readonly slots?: number;
  readonly commit?: CommitOptions;
}

/** A machine with one process, P, whose pages were touched as `letters` say: W, r (read) or -. */
export function createFamily(letters: string, options: FamilyOptions = {}): Family {
  const { splitPtlocks = true, flags = PRIVATE, slots = 64 } = options;
  const touches = letters.split(" ");
  const env = createMmEnv({ memoryPages: 256, splitPtlocks, commit: options.commit ?? {} });
  if (slots > 0) sysSwapon(env, { max: slots });
  const file = options.file === undefined ? null : createFile(env, touches.length, options.file);
  const family: Family = { env, mms: new Map(), pages: touches.length, file };
  const parent = createMm(family, "P");
  const end = START + touches.length * PAGE_SIZE;
  const pgoff = file === null ? START / PAGE_SIZE : 0;
  const vma = createVma(parent, { start: START, end, flags, pgoff, file });
  vma.ops = file === null ? null : filemapVmOps;
  run(linkVma(env, vma));
  for (const [page, letter] of touches.entries()) {
    if (letter !== "-") access(family, "P", page, letter === "W");
  }
  env.sync.gate.count = 0;
  return family;
}

function createFile(env: MmEnv, sizePages: number, kind: "disk" | "shmem"): MappedFile {
  const file = createMappedFile(env.nextFileId++, "/data", {
    sizePages,
    isShmem: kind === "shmem",
  });
  env.files.set(file.id, file);
  return file;
}

function createMm({ env, mms }: Family, name: string): MmStruct {
  const mm = allocateMm(env, name);
  mm.pgd = pgdAlloc(env.sync, env.tables);
  mm.mmUsers = mm.mmCount = 1;
  mms.set(name, mm);
  return mm;
}

/** What fork does to the one area. Returns the status of the copy. */
export function fork(family: Family, parentName: string, childName: string): number {
  const { env } = family;
  const vma = vmaOf(family, parentName);
  const child = createMm(family, childName);
  const copy = createVma(child, vma);
  copy.ops = vma.ops;
  expect(run(anonVmaFork(env.sync, env.anonVmas, copy, vma))).toBe(0);
  run(linkVma(env, copy));
  return run(copyPageRange(env, child, vma.mm, vma));
}

export const mmOf = (family: Family, name: string): MmStruct => {
  const mm = family.mms.get(name);
  if (mm === undefined) throw new RangeError(`no process ${name}`);
  return mm;
};

export const vmaOf = (family: Family, name: string): Vma => mmOf(family, name).vmas[0];

export const addressOf = (page: number): number => START + page * PAGE_SIZE;

/** One access of a member to its page; returns what `touch` does. */
export const access = (family: Family, name: string, page: number, isWrite: boolean): number =>
  run(touch(family.env, mmOf(family, name), addressOf(page), isWrite));

/** Reclaims one page of a member from all who map it. */
export const swapOut = (family: Family, name: string, page: number): void => {
  const [start, end] = [addressOf(page), addressOf(page + 1)];
  const counts = run(reclaimPages(family.env, mmOf(family, name), { start, end }));
  expect(counts).toEqual({ freed: 1, kept: 0, activated: 0, mlocked: 0 });
};

export const cellOf = (family: Family, name: string, page: number): number =>
  findPteCell(family.env.tables, mmOf(family, name).pgd, virtAddr(addressOf(page)));

/** The frame that a member's page is mapped to. */
export function frameOf(family: Family, name: string, page: number): Pfn {
  const { tables } = family.env;
  const cell = cellOf(family, name, page);
  if (cell === NO_CELL || !isPtePresent(pteLow(tables, cell))) {
    throw new RangeError(`page ${page} of ${name} is not mapped`);
  }
  return ptePfn(pteLow(tables, cell), pteHigh(tables, cell));
}

/** A line for each member: its entries, and (file, anon, swap). */
export function show(family: Family): Record<string, string> {
  const lines: Record<string, string> = {};
  for (const [name, mm] of family.mms) {
    const letters = Array.from({ length: family.pages }, (_, page) => {
      const cell = cellOf(family, name, page);
      return cell === NO_CELL ? "-" : letterOf(family.env, cell);
    });
    lines[name] = `${letters.join(" ")} (${rssOf(mm).join()})`;
  }
  return lines;
}

/** File, anon and swap, in pages. */
export const rssOf = (mm: MmStruct): number[] =>
  [MmCounter.FILE_RSS, MmCounter.ANON_RSS, MmCounter.SWAP_USAGE].map((member) =>
    peekCounterSigned(mm.counters, member),
  );

/** Bytes of the area's first `count` slots: `0x41 0x02`. */
export const slots = ({ env }: Family, count: number): string =>
  Array.from({ length: count }, (_, slot) => {
    const { byte } = peekSlot(env.swap, 0, slot + 1);
    return `0x${byte.toString(16).padStart(2, "0")}`;
  }).join(" ");

/** "count/mapcount" of a frame. */
export const refs = ({ env }: Family, pfn: Pfn): string =>
  `${env.map.count[pfn]}/${env.map.mapcount[pfn]}`;

/** Names of a frame's flags that tests ask for. */
export const flagsOf = ({ env }: Family, pfn: Pfn): string[] =>
  SHOWN_FLAGS.filter((name) => env.map.flags[pfn] & PageFlag[name]);

const SHOWN_FLAGS = [
  ...(["LOCKED", "DIRTY", "SWAPCACHE", "WRITEBACK", "HWPOISON"] as const),
  ...(["LRU", "ACTIVE", "UNEVICTABLE", "MLOCKED"] as const),
] as const;
