/**
 * Recounts everything that a machine keeps twice, the slow way (SPEC §0.6).
 *
 *    I1 I2 I3 I7 to I10   each address space           mm's checkMm
 *    I4 I5                each frame                   check-pages.ts
 *    I6                   each swap slot               check-slots.ts
 *    I12                  what was promised            check-commit.ts
 *    I13                  address spaces that are gone here
 *    I14                  right after a fork           check-fork.ts
 *    and, without a number: the anon_vma graph, the page tables, the tasks and what they share
 *
 * I11 forbids nothing. The rules hold while nobody is inside the kernel and no defect of SPEC §11
 * has struck: each of those shows here, and is meant to.
 */
import { type CountedPages, checkMmCounters } from "@forkpath/counters";
import { checkMm, type MmStruct, type Vma } from "@forkpath/mm";
import { checkPageTables } from "@forkpath/page-table";
import { type AnonVma, checkAnonVmas } from "@forkpath/rmap";
import { checkSwap } from "@forkpath/swap";
import { checkCommit } from "./check-commit.ts";
import { checkPages } from "./check-pages.ts";
import { checkSlots } from "./check-slots.ts";
import { checkTasks } from "./check-tasks.ts";
import type { Machine } from "./machine.ts";
import { tallyEntries } from "./tally.ts";

const NOTHING: CountedPages = { fileRss: 0, anonRss: 0, swapUsage: 0 };

/**
 * One line for each mismatch, with the rule in front; empty when all holds.
 *
 * Remembers which address spaces there are, to look at their counters once more when they are
 * gone: who never calls it in between is not told of I13.
 * @modelOnly a recount
 */
export function check(machine: Machine): readonly string[] {
  const { mm: env, seenMms } = machine;
  const mms = liveMms(machine);
  for (const mm of mms) seenMms.add(mm);
  const tally = tallyEntries(env, mms);
  return [
    ...[...mms].flatMap((mm) => checkMm(env, mm)).map((line) => numbered(line, "mm")),
    ...checkPages(machine, tally).map((line) => numbered(line, "pages")),
    ...named("I6", [...checkSlots(env, tally), ...checkSwap(env.swap)]),
    ...named("I7", checkPageTables(env.tables, [...mms])),
    ...named("I12", checkCommit(env, mms)),
    ...named("I13", checkDeadMms(machine, mms)),
    ...named("anon_vma", checkAnonVmas(env.anonVmas, vmasOf(mms), heldAnonVmas(machine))),
    ...named("tasks", checkTasks(machine.fork, mms)),
  ];
}

/** The address spaces of all tasks, each once. */
function liveMms({ fork }: Machine): Set<MmStruct> {
  const mms = new Set<MmStruct>();
  for (const { mm } of fork.tasks.values()) if (mm !== null) mms.add(mm);
  return mms;
}

const vmasOf = (mms: ReadonlySet<MmStruct>): Vma[] => [...mms].flatMap(({ vmas }) => vmas);

/** A page under migration keeps its anon_vma, so that its entries can be found again. */
function heldAnonVmas({ migrations }: Machine): Map<AnonVma, number> {
  const held = new Map<AnonVma, number>();
  for (const { anonVma } of migrations) {
    if (anonVma !== null) held.set(anonVma, (held.get(anonVma) ?? 0) + 1);
  }
  return held;
}

/** An address space without users has counted everything back to 0. Each is told of once. */
function checkDeadMms({ seenMms }: Machine, live: ReadonlySet<MmStruct>): string[] {
  const lines: string[] = [];
  for (const mm of seenMms) {
    if (live.has(mm)) continue;
    seenMms.delete(mm);
    lines.push(...checkMmCounters(mm.counters, NOTHING));
    if (mm.nrPtes !== 0) lines.push(`${mm.name}: nr_ptes is ${mm.nrPtes} after its end`);
    if (mm.pmdHugePte.length !== 0) lines.push(`${mm.name}: deposits are left after its end`);
  }
  return lines;
}

/** What a line about a rule of SPEC §0.6 speaks of: those who write it do not know the numbers. */
const NUMBERS: readonly (readonly [word: string, rule: string])[] = [
  ["._file_rss: ", "I1"],
  ["._anon_rss: ", "I2"],
  ["._swap_usage: ", "I3"],
  [": mapcount ", "I4"],
  [": count ", "I5"],
  [": nr_ptes ", "I7"],
  [": deposits ", "I8"],
  [": map_count ", "I9"],
  [": totalVm ", "I10"],
];

/** The line with its rule in front, or with `otherwise` if the rule has no number. */
const numbered = (line: string, otherwise: string): string =>
  `${NUMBERS.find(([word]) => line.includes(word))?.[1] ?? otherwise}: ${line}`;

const named = (rule: string, lines: readonly string[]): string[] =>
  lines.map((line) => `${rule}: ${line}`);
