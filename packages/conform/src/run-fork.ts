/** A vector of kind `fork`: copies each area, and tells everything that SCHEMA.md asks for. */
import type { ForkExpect, ForkVector, StateAfter, TableAt } from "@forkpath/conformance";
import { changedChains, changedPages, changedPtes, changedSlots } from "./changes.ts";
import { createEventLog, type EventLog, eventsOf } from "./event-log.ts";
import type { ModelRun, ModelState } from "./model.ts";
import type { ScriptedOutside } from "./outside.ts";
import {
  badReports,
  lockBreaks,
  lockCounts,
  notifierRanges,
  pollCounts,
  traceField,
} from "./tally.ts";

/** Runs the copy, then the child's exit if the vector has one. */
export function runFork(run: ModelRun, vector: ForkVector, outside: ScriptedOutside): ForkExpect {
  const { log } = outside;
  const before = run.look();
  const rets = copyAreas(run, vector, log);
  const now = run.look();
  const ret = rets.at(-1) ?? 0;
  const contPages = changedChains(before, now);
  const trackPfnCalls = eventsOf(log, "track_pfn_vma_copy").length;
  return {
    ret,
    ...(vector.vmas.length > 1 && { rets }),
    childPtes: now.child.ptes,
    parentPtes: changedPtes(before.parent.ptes, now.parent.ptes),
    ...stateAfter(before, now, vector, log),
    ...(contPages.length > 0 && { contPages }),
    tables: countTables(now.child.tables),
    ...(ret !== 0 && { childTables: now.child.tables }),
    mmlistAdded: now.child.isOnMmlist,
    allocs: eventsOf(log, "alloc").length,
    batches: eventsOf(log, "cond_resched").length,
    lockBreaks: lockBreaks(log),
    polls: pollCounts(log),
    notifier: notifierRanges(log),
    ...(trackPfnCalls > 0 && { trackPfnCalls }),
    locks: lockCounts(log),
    ...traceField(log),
    ...(vector.expect.afterChildExit && {
      afterChildExit: afterChildExit(run, vector, before, outside),
    }),
  };
}

/** Copies one area after the other, up to the first failure. */
function copyAreas(run: ModelRun, { vmas }: ForkVector, log: EventLog): number[] {
  const rets: number[] = [];
  for (const index of vmas.keys()) {
    log.note(`vma ${index}`);
    const ret = run.copyArea(index);
    log.note(`ret ${ret}`);
    rets.push(ret);
    if (ret !== 0) break;
  }
  return rets;
}

/** What still differs from `before` is left of the fork. */
function afterChildExit(
  run: ModelRun,
  vector: ForkVector,
  before: ModelState,
  outside: ScriptedOutside,
): StateAfter {
  const { log } = outside;
  outside.log = createEventLog();
  run.exitChild();
  const state = stateAfter(before, run.look(), vector, outside.log);
  outside.log = log;
  return state;
}

const stateAfter = (
  before: ModelState,
  now: ModelState,
  vector: ForkVector,
  log: EventLog,
): StateAfter => ({
  pages: changedPages(before, now, log),
  swap: changedSlots(before, now),
  counters: now.child.counters,
  nrPtes: now.child.nrPtes,
  ...badReports(vector, log),
});

function countTables(tables: readonly TableAt[]): ForkExpect["tables"] {
  const counts = { pud: 0, pmd: 0, pte: 0 };
  for (const { level } of tables) counts[level]++;
  return counts;
}
