/** The page tables of a vector's parent: entries, empty tables, and damaged directory entries. */
import { virtAddr } from "@forkpath/abi";
import type { VectorBadEntry, VectorParent } from "@forkpath/conformance";
import type { MmEnv, MmStruct } from "@forkpath/mm";
import {
  LEVEL_NAMES,
  Level,
  pmdAlloc,
  pokeEntry,
  pteAlloc,
  pudAlloc,
  tableOffset,
} from "@forkpath/page-table";
import { runToCompletion } from "@forkpath/sync";
import { readBadEntry } from "../bad-entry.ts";

/** By the level of the table that it makes. */
const ALLOC: readonly (typeof pteAlloc)[] = [pteAlloc, pmdAlloc, pudAlloc];

/** Makes every table that is listed or implied; asks the allocation gate for each of them. */
export function buildTables(env: MmEnv, mm: MmStruct, parent: VectorParent): void {
  const { tables } = env;
  for (const { addr, pte } of parent.ptes) {
    pokeEntry(tables, makeCell(env, mm, Level.PTE, addr), BigInt(pte));
  }
  for (const { level, addr } of parent.tables ?? []) makeCell(env, mm, levelOf(level), addr);
  for (const entry of parent.badEntries ?? []) {
    const { addr, value } = readBadEntry(entry);
    pokeEntry(tables, makeCell(env, mm, levelOf(entry.level), addr), BigInt(value));
  }
}

/** The cell for `addr` in its table of `level`; makes that table and those above it. */
function makeCell(env: MmEnv, mm: MmStruct, level: Level, addr: string): number {
  const va = virtAddr(Number(addr));
  let cell = tableOffset(Level.PGD, mm.pgd, va);
  for (let below = Level.PUD as Level; below >= level; below--) {
    const row = runToCompletion(ALLOC[below](env.sync, env.tables, mm, cell));
    cell = tableOffset(below, row, va);
  }
  return cell;
}

const levelOf = (name: VectorBadEntry["level"] | "pte"): Level =>
  LEVEL_NAMES.indexOf(name) as Level;
