/**
 * Recounts everything that a machine keeps twice, the slow way (SPEC §0.6).
 *
 *    I1 I2 I3 I8 I9 I10   each address space           mm's checkMm
 *    I4 I5                each frame                   rmap's checkColumns, with check-pages.ts
 *    I6                   each swap slot               mm's checkSwapSlots, swap's checkSwap
 *    I7                   the page tables              page-table's countTables, with checkMm
 *    I12                  what was promised            mm's checkCommit
 *    I13                  address spaces that are gone here
 *    I14                  right after a fork           check-fork.ts
 *    and, without a number: the anon_vma graph, the tasks and what they share, and so on
 *
 * I11 forbids nothing. The rules hold while no task is inside the kernel and no defect of SPEC §11
 * has struck: each of those shows here, and is meant to.
 */
import { type CountedPages, checkMmCounters } from "@forkpath/counters";
import { checkTasks } from "@forkpath/fork";
import {
  checkCommit,
  checkMm,
  checkSwapSlots,
  clearEntryTally,
  createEntryTally,
  type EntryTally,
  type MmStruct,
  type Vma,
} from "@forkpath/mm";
import { beginTableRecount, endTableRecount } from "@forkpath/page-table/internal";
import { type AnonVma, checkAnonVmas } from "@forkpath/rmap";
import { checkColumns } from "@forkpath/rmap/internal";
import { checkSwap } from "@forkpath/swap";
import { type Mismatch, tellAll, tellKept } from "@forkpath/sync";
import { countHolders, createHolders, type Holders } from "./check-pages.ts";
import type { Machine } from "./machine.ts";

const NOTHING: CountedPages = { fileRss: 0, anonRss: 0, swapUsage: 0 };

/**
 * A recount of the machine: all that is wrong; empty when all holds.
 *
 * Remembers which address spaces there are, to look at their counters once more when they are
 * gone: I13 is found only of an address space that an earlier recount has seen alive.
 * @modelOnly a recount
 */
export function createRecount(machine: Machine): () => readonly Mismatch[] {
  // What one recount counts into, the next one takes again.
  const tally = { ...createEntryTally(machine.mm), odd: machine.oddMms };
  const holders = createHolders();
  return () => recount(machine, tally, holders);
}

/**
 * One recount.
 * @modelOnly a recount
 */
export const check = (machine: Machine): readonly Mismatch[] => createRecount(machine)();

function recount(machine: Machine, tally: EntryTally, holders: Holders): readonly Mismatch[] {
  const { mm: env, seenMms } = machine;
  const mms = liveMms(machine);
  const wrong: Mismatch[] = [];
  const tables = beginTableRecount(env.tables);
  clearEntryTally(env, tally);
  for (const mm of mms) {
    seenMms.add(mm);
    tellAll(wrong, checkMm(env, mm, { tally, tables }));
  }
  tellAll(wrong, checkColumns(env.map, tally.mappings, countHolders(machine, holders)));
  tellAll(wrong, checkSwapSlots(env, tally.slots));
  tellAll(wrong, checkSwap(env.swap));
  tellAll(wrong, endTableRecount(tables));
  tellAll(wrong, checkCommit(env, mms));
  checkDeadMms(machine, mms, wrong);
  tellAll(wrong, checkAnonVmas(env.anonVmas, vmasOf(mms), heldAnonVmas(machine)));
  tellAll(wrong, checkTasks(machine.fork));
  return wrong;
}

/** The address spaces of all tasks, each once. */
function liveMms({ fork }: Machine): readonly MmStruct[] {
  const mms = new Set<MmStruct>();
  for (const { mm } of fork.tasks.values()) if (mm !== null) mms.add(mm);
  return [...mms];
}

function vmasOf(mms: readonly MmStruct[]): readonly Vma[] {
  const all: Vma[] = [];
  for (const { vmas } of mms) for (const vma of vmas) all.push(vma);
  return all;
}

/** A page under migration keeps its anon_vma, so that its entries can be found again. */
function heldAnonVmas({ migrations }: Machine): Map<AnonVma, number> {
  const held = new Map<AnonVma, number>();
  for (const { anonVma } of migrations) {
    if (anonVma !== null) held.set(anonVma, (held.get(anonVma) ?? 0) + 1);
  }
  return held;
}

/** An address space without users has counted everything back to 0. Each is looked at once. */
function checkDeadMms({ seenMms }: Machine, live: readonly MmStruct[], wrong: Mismatch[]): void {
  if (seenMms.size === live.length) return;
  for (const mm of seenMms) {
    if (live.includes(mm)) continue;
    seenMms.delete(mm);
    for (const one of checkMmCounters(mm.counters, NOTHING)) wrong.push({ ...one, rule: "I13" });
    tellKept(wrong, "I13", mm.name, "nr_ptes", mm.nrPtes, 0);
    tellKept(wrong, "I13", mm.name, "nr_pmds", mm.nrPmds, 0);
    tellKept(wrong, "I13", mm.name, "nr_puds", mm.nrPuds, 0);
    tellKept(wrong, "I13", mm.name, "deposits", mm.pmdHugePte.length, 0);
  }
}
