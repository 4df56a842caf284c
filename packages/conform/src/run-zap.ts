/** A vector of kind `zap`: unmaps a range of one of the parent's areas. */
import { virtAddr } from "@forkpath/abi";
import type { ZapExpect, ZapVector } from "@forkpath/conformance";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import { zapPageRange } from "@forkpath/mm";
import { runToCompletion } from "@forkpath/sync";
import { eventsOf } from "./event-log.ts";
import { toHex } from "./hex.ts";
import type { Machine } from "./machine.ts";
import { changedPages, changedPtes, changedSlots, ptesOf, takePicture } from "./picture.ts";
import { badReports, countersOf, lockCounts, traceField } from "./tally.ts";

export function runZap(machine: Machine, { zap }: ZapVector): ZapExpect {
  const { env, parent, vmas, log } = machine;
  const before = takePicture(env);
  const ptesBefore = ptesOf(env, parent);
  const [start, end] = [virtAddr(Number(zap.start)), virtAddr(Number(zap.end))];
  const endAddr = runToCompletion(zapPageRange(env, vmas[zap.vma], start, end));
  const freed = eventsOf(log, "page").filter(({ what }) => what === "freed");
  return {
    endAddr: toHex(endAddr),
    parentPtes: changedPtes(ptesBefore, ptesOf(env, parent)),
    pages: changedPages(env, before, log),
    swap: changedSlots(env, before),
    counters: countersOf(parent),
    hiwaterRss: peekCounterSigned(parent.counters, MmCounter.HIWATER_RSS),
    nrPtes: parent.nrPtes,
    freedPages: freed.map(({ pfn }) => toHex(pfn)),
    ...badReports(machine, log),
    locks: lockCounts(log),
    ...traceField(log),
  };
}
