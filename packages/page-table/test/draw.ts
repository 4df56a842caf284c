/**
 * Small worlds for the tests, and pictures of them.
 *
 * A world is one machine with one owner of tables. `strip` shows the pte tables of the first pmd
 * table, one letter for each 2 MiB; `tree` lists all tables with the address where each begins.
 */
import { PMD_SIZE, virtAddr } from "@forkpath/abi";
import { ALL_EVENTS, attachSink, type KernelEvent } from "@forkpath/events";
import { createSpinLock, createSync, runToCompletion, type Sync } from "@forkpath/sync";
import {
  allocPteCell,
  createPageTables,
  findPteCell,
  forEachPte,
  forEachTable,
  formatPte,
  LEVEL_NAMES,
  NO_CELL,
  type PageTables,
  pgdAlloc,
  type TableOwner,
} from "../src/index.ts";

export const MiB: number = 2 ** 20;
export const GiB: number = 2 ** 30;

export interface World {
  readonly sync: Sync;
  readonly tables: PageTables;
  readonly owner: TableOwner;
}

export function createOwner(sync: Sync, tables: PageTables, name = "dst"): TableOwner {
  return {
    pgd: pgdAlloc(sync, tables),
    nrPtes: 0,
    nrPmds: 0,
    nrPuds: 0,
    pageTableLock: createSpinLock("page_table_lock", name, "mm"),
    name,
  };
}

export function createWorld(splitPtlocks = true): World {
  const sync = createSync();
  const tables = createPageTables({ splitPtlocks });
  return { sync, tables, owner: createOwner(sync, tables) };
}

/** The pte cell for `addr`, with all its tables made. */
export const touch = ({ sync, tables, owner }: World, addr: number): number =>
  runToCompletion(allocPteCell(sync, tables, owner, addr));

/** A world with a pte table wherever the strip has a T; each letter is 2 MiB, from address 0. */
export function drawStrip(strip: string): World {
  const world = createWorld();
  [...strip].forEach((letter, slot) => {
    if (letter === "T") touch(world, slot * PMD_SIZE);
  });
  return world;
}

export const showStrip = ({ tables, owner }: World, slots: number): string =>
  Array.from({ length: slots }, (_, slot) =>
    findPteCell(tables, owner.pgd, virtAddr(slot * PMD_SIZE)) === NO_CELL ? "." : "T",
  ).join("");

/** Tables below the pgd: "pud 0x0", "pmd 0x40000000", ... */
export function showTree({ tables, owner }: World): string[] {
  const lines: string[] = [];
  forEachTable(tables, owner.pgd, (level, _row, addr) => {
    if (level < 3) lines.push(`${LEVEL_NAMES[level]} 0x${addr.toString(16)}`);
  });
  return lines;
}

/** Entries that are not none: "0x1000": "0x8000000001234067". */
export function showPtes({ tables, owner }: World): Record<string, string> {
  const ptes: Record<string, string> = {};
  forEachPte(tables, owner.pgd, (addr, _cell, low, high) => {
    ptes[`0x${addr.toString(16)}`] = formatPte(low, high);
  });
  return ptes;
}

/** Events from now on, one line each, as the recorded vectors write them. */
export function record(sync: Sync): string[] {
  const lines: string[] = [];
  attachSink(sync, { wants: ALL_EVENTS, emit: (event) => lines.push(eventLine(event)) });
  return lines;
}

function eventLine(event: KernelEvent): string {
  switch (event.kind) {
    case "alloc":
      return `alloc ${event.what} ${event.ok ? "ok" : "fail"}`;
    case "lock":
    case "unlock":
      return `${event.kind} ${event.lock} in ${event.where}`;
    case "bad_dir":
      return `bad_dir ${event.level} ${formatPte(event.low, event.high)}`;
    default:
      return event.kind;
  }
}
