/** What is to be seen of a family of processes (family.ts). */
import { PAGE_SIZE, type Pfn, virtAddr } from "@forkpath/abi";
import type { MappedFile, MmStruct, Vma } from "@forkpath/mm";
import { findPteCell } from "@forkpath/page-table";
import type { Mismatch } from "@forkpath/sync";
import { frameAt, showEntries, showRss } from "./letters.ts";
import { type OnMachine, START } from "./machine.ts";
import type { Process } from "./process-looks.ts";
import { type RecountOptions, recountMachine } from "./recount.ts";

export interface Family extends OnMachine {
  readonly members: Map<string, Process>;
  /** Pages of the area of each member. */
  readonly pages: number;
  /** What the area maps; null for anonymous memory. */
  readonly file: MappedFile | null;
}

/** The member of that name. */
export function processOf({ members }: Family, name: string): Process {
  const process = members.get(name);
  if (process === undefined) throw new RangeError(`no process ${name}`);
  return process;
}

export const mmOf = (family: Family, name: string): MmStruct => processOf(family, name).mm;

export const vmaOf = (family: Family, name: string): Vma => processOf(family, name).mm.vmas[0];

export const addressOf = (page: number): number => START + page * PAGE_SIZE;

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
