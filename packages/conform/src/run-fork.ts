/** A vector of kind `fork`: copies each area, and tells everything that SCHEMA.md asks for. */
import type { ForkExpect, ForkVector, PteAt, StateAfter, TableAt } from "@forkpath/conformance";
import { copyPageRange } from "@forkpath/mm";
import { forEachTable, LEVEL_NAMES, Level } from "@forkpath/page-table";
import { isOnMmlist } from "@forkpath/swap";
import { runToCompletion } from "@forkpath/sync";
import { exitChild } from "./child-exit.ts";
import { eventsOf } from "./event-log.ts";
import { toHex } from "./hex.ts";
import type { Machine } from "./machine.ts";
import { startOtherCpus, stopOtherCpus } from "./other-cpus.ts";
import {
  changedChains,
  changedPages,
  changedPtes,
  changedSlots,
  type Picture,
  ptesOf,
  takePicture,
} from "./picture.ts";
import {
  badReports,
  countersOf,
  lockBreaks,
  lockCounts,
  notifierRanges,
  pollCounts,
  traceField,
} from "./tally.ts";

/** Runs the copy on `machine`, then the child's exit if the vector has one. */
export function runFork(machine: Machine, { config, expect }: ForkVector): ForkExpect {
  const { env, parent, log } = machine;
  const before = takePicture(env);
  const parentBefore = ptesOf(env, parent);
  env.trackPfnVmaCopy = () => config.trackPfnRet ?? 0;
  startOtherCpus(machine);
  const rets = copyAreas(machine);
  stopOtherCpus(machine);
  const ret = rets.at(-1) ?? 0;
  const trackPfnCalls = eventsOf(log, "track_pfn_vma_copy").length;
  return {
    ret,
    ...(machine.vmas.length > 1 && { rets }),
    ...stateAfter(machine, before, parentBefore),
    ...childTables(machine, ret !== 0),
    mmlistAdded: isOnMmlist(machine.child.mmlist),
    allocs: env.sync.gate.count,
    batches: eventsOf(log, "cond_resched").length,
    lockBreaks: lockBreaks(log),
    polls: pollCounts(log),
    notifier: notifierRanges(log),
    ...(trackPfnCalls > 0 && { trackPfnCalls }),
    locks: lockCounts(log),
    ...traceField(log),
    ...(expect.afterChildExit && { afterChildExit: exitChild(machine, before) }),
  };
}

/** Copies one area after the other, up to the first failure. */
function copyAreas({ env, child, parent, vmas, log }: Machine): number[] {
  const rets: number[] = [];
  for (const [index, vma] of vmas.entries()) {
    log.note(`vma ${index}`);
    const ret = runToCompletion(copyPageRange(env, child, parent, vma));
    log.note(`ret ${ret}`);
    rets.push(ret);
    if (ret !== 0) break;
  }
  return rets;
}

function stateAfter(
  machine: Machine,
  before: Picture,
  parentBefore: readonly PteAt[],
): StateAfter & Pick<ForkExpect, "childPtes" | "parentPtes"> {
  const { env, parent, child, log } = machine;
  const contPages = changedChains(env, before);
  return {
    childPtes: ptesOf(env, child),
    parentPtes: changedPtes(parentBefore, ptesOf(env, parent)),
    pages: changedPages(env, before, log),
    swap: changedSlots(env, before),
    ...(contPages.length > 0 && { contPages }),
    counters: countersOf(child),
    nrPtes: child.nrPtes,
    ...badReports(machine, log),
  };
}

/** The child's tables as numbers; after a failure as a list too. */
function childTables(
  { env, child }: Machine,
  hasFailed: boolean,
): Pick<ForkExpect, "tables" | "childTables"> {
  const tables = { pud: 0, pmd: 0, pte: 0 };
  const listed: TableAt[] = [];
  forEachTable(env.tables, child.pgd, (level, _row, addr) => {
    if (level === Level.PGD) return;
    const name = LEVEL_NAMES[level] as TableAt["level"];
    tables[name]++;
    listed.push({ level: name, addr: toHex(addr) });
  });
  return { tables, ...(hasFailed && { childTables: listed }) };
}
