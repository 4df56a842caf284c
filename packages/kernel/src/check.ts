/**
 * Recounts everything that a machine keeps twice, the slow way (SPEC §0.6).
 *
 *    I1 I2 I3 I8 I9 I10   each address space           mm's checkMm
 *    I4 I5                each frame                   check-pages.ts
 *    I6                   each swap slot               mm's checkSwapSlots, swap's checkSwap
 *    I7                   the page tables              page-table's checkPageTables
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
  createEntryTally,
  type MmStruct,
} from "@forkpath/mm";
import { checkPageTables } from "@forkpath/page-table";
import { type AnonVma, checkAnonVmas } from "@forkpath/rmap";
import { checkSwap } from "@forkpath/swap";
import { type Mismatch, tellKept } from "@forkpath/sync";
import { checkPages } from "./check-pages.ts";
import type { Machine } from "./machine.ts";

const NOTHING: CountedPages = { fileRss: 0, anonRss: 0, swapUsage: 0 };

/**
 * All that is wrong; empty when all holds.
 *
 * Remembers which address spaces there are, to look at their counters once more when they are
 * gone: I13 is found only of an address space that an earlier call has seen alive.
 * @modelOnly a recount
 */
export function check(machine: Machine): readonly Mismatch[] {
  const { mm: env, seenMms } = machine;
  const mms = liveMms(machine);
  const tally = createEntryTally(env);
  for (const mm of mms) seenMms.add(mm);
  const ofMms = mms.flatMap((mm) => checkMm(env, mm, { tally }));
  const vmas = mms.flatMap((mm) => mm.vmas);
  return [
    ...ofMms,
    ...checkPages(machine, tally),
    ...checkSwapSlots(env, tally.slots),
    ...checkSwap(env.swap),
    ...checkPageTables(env.tables, mms),
    ...checkCommit(env, mms),
    ...checkDeadMms(machine, mms),
    ...checkAnonVmas(env.anonVmas, vmas, heldAnonVmas(machine)),
    ...checkTasks(machine.fork),
  ];
}

/** The address spaces of all tasks, each once. */
function liveMms({ fork }: Machine): readonly MmStruct[] {
  const mms = new Set<MmStruct>();
  for (const { mm } of fork.tasks.values()) if (mm !== null) mms.add(mm);
  return [...mms];
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
function checkDeadMms({ seenMms }: Machine, live: readonly MmStruct[]): readonly Mismatch[] {
  const wrong: Mismatch[] = [];
  if (seenMms.size === live.length) return wrong;
  for (const mm of seenMms) {
    if (live.includes(mm)) continue;
    seenMms.delete(mm);
    for (const one of checkMmCounters(mm.counters, NOTHING)) wrong.push({ ...one, rule: "I13" });
    tellKept(wrong, "I13", mm.name, "nr_ptes", mm.nrPtes, 0);
    tellKept(wrong, "I13", mm.name, "nr_pmds", mm.nrPmds, 0);
    tellKept(wrong, "I13", mm.name, "nr_puds", mm.nrPuds, 0);
    tellKept(wrong, "I13", mm.name, "deposits", mm.pmdHugePte.length, 0);
  }
  return wrong;
}
