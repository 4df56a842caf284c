/** A vector of kind `zap`: unmaps a range of one of the parent's areas. */
import { hex } from "@forkpath/abi";
import type { ZapExpect, ZapVector } from "@forkpath/conformance";
import { changedPages, changedPtes, changedSlots } from "./changes.ts";
import { eventsOf } from "./event-log.ts";
import type { ModelRun } from "./model.ts";
import type { ScriptedOutside } from "./outside.ts";
import { badReports, lockCounts, traceField } from "./tally.ts";

export function runZap(run: ModelRun, vector: ZapVector, { log }: ScriptedOutside): ZapExpect {
  const { zap } = vector;
  const before = run.look();
  const endAddr = run.zapArea(zap.vma, Number(zap.start), Number(zap.end));
  const now = run.look();
  const freed = eventsOf(log, "page").filter(({ what }) => what === "freed");
  return {
    endAddr: hex(endAddr),
    parentPtes: changedPtes(before.parent.ptes, now.parent.ptes),
    pages: changedPages(before, now, log),
    swap: changedSlots(before, now),
    counters: now.parent.counters,
    hiwaterRss: now.parent.hiwaterRss,
    nrPtes: now.parent.nrPtes,
    freedPages: freed.map(({ pfn }) => hex(pfn)),
    ...badReports(vector, log),
    locks: lockCounts(log),
    ...traceField(log),
  };
}
