/**
 * A family of processes that share pages, for tests of what happens to a page wherever it is
 * mapped. Each has one area at START; its picture is its entries, and the counters behind them.
 *
 *    const family = createFamily("W W -");         P: two pages written, one never touched
 *    fork(family, "P", "C");                       C: copies of P's entries
 *    show(family)                                  { P: "r r - (0,2,0)", C: "rc' ..." }
 */
import { PAGE_SIZE, type Pfn, virtAddr } from "@forkpath/abi";
import { type MappedFile, type MmStruct, touch, type Vma } from "@forkpath/mm";
import { findPteCell } from "@forkpath/page-table";
import type { Mismatch } from "@forkpath/sync";
import { frameAt, showEntries, showRss } from "./letters.ts";
import { copyEntries, type MachineOptions, type OnMachine, run, START } from "./machine.ts";
import { cloneEmpty, createFile, createProcess, type Process } from "./process.ts";
import { type RecountOptions, recountMachine } from "./recount.ts";

export interface Family extends OnMachine {
  readonly members: Map<string, Process>;
  /** Pages of the area of each member. */
  readonly pages: number;
  /** What the area maps; null for anonymous memory. */
  readonly file: MappedFile | null;
}

export interface FamilyOptions extends MachineOptions {
  /** VmFlag bits of the area; by default private and writable. */
  readonly flags?: number;
  /** Map a file of as many pages instead of anonymous memory. */
  readonly file?: "disk" | "shmem";
}

/** A machine with one process, P, whose pages were touched as `letters` say: W, r (read) or -. */
export function createFamily(letters: string, options: FamilyOptions = {}): Family {
  const touches = letters.split(" ");
  const { file: kind, ...rest } = options;
  const pages = touches.length;
  const isShmem = kind === "shmem";
  const file = kind === undefined ? null : createFile({ sizePages: pages, isShmem });
  const parent = createProcess({ memoryPages: 256, pages, file, ...rest });
  const family: Family = { env: parent.env, members: new Map([["P", parent]]), pages, file };
  for (const [page, letter] of touches.entries()) {
    if (letter !== "-") access(family, "P", page, letter === "W");
  }
  family.env.sync.gate.count = 0;
  return family;
}

/** What fork does to the one area. Returns the status of the copy. */
export function fork(family: Family, parentName: string, childName: string): number {
  const parent = processOf(family, parentName);
  const child = cloneEmpty(parent, childName);
  family.members.set(childName, child);
  return copyEntries(parent, child);
}

function processOf({ members }: Family, name: string): Process {
  const process = members.get(name);
  if (process === undefined) throw new RangeError(`no process ${name}`);
  return process;
}

export const mmOf = (family: Family, name: string): MmStruct => processOf(family, name).mm;

export const vmaOf = (family: Family, name: string): Vma => processOf(family, name).mm.vmas[0];

export const addressOf = (page: number): number => START + page * PAGE_SIZE;

/** One access of a member to its page; returns what `touch` does. */
export const access = (family: Family, name: string, page: number, isWrite: boolean): number =>
  run(touch(family.env, mmOf(family, name), addressOf(page), isWrite));

export const cellOf = (family: Family, name: string, page: number): number =>
  findPteCell(family.env.tables, mmOf(family, name).pgd, virtAddr(addressOf(page)));

/** The frame that a member's page is mapped to. */
export const frameOf = (family: Family, name: string, page: number): Pfn =>
  frameAt(processOf(family, name), addressOf(page));

/** A line for each member: its entries, and (file, anon, swap). */
export function show(family: Family): Record<string, string> {
  const lines: Record<string, string> = {};
  for (const [name, process] of family.members) {
    lines[name] = `${showEntries(process, START, family.pages)} ${showRss(process.mm)}`;
  }
  return lines;
}

/** Every count of the machine against a recount. */
export const recount = (
  { env, members }: Family,
  options: RecountOptions = {},
): readonly Mismatch[] =>
  recountMachine(
    env,
    [...members.values()].map(({ mm }) => mm),
    options,
  );
