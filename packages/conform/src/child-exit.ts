/** The child's exit after a fork that a vector checks, be the fork complete or not. */
import { TASK_SIZE, virtAddr } from "@forkpath/abi";
import type { StateAfter } from "@forkpath/conformance";
import { type MmuGather, tlbFinishMmu, tlbGatherMmu, unmapVmas } from "@forkpath/mm";
import { freePgtables } from "@forkpath/page-table";
import { attachSink, type KernelThread, runToCompletion } from "@forkpath/sync";
import { createEventLog } from "./event-log.ts";
import { type Machine, vmaOf } from "./machine.ts";
import { changedPages, changedSlots, type Picture } from "./picture.ts";
import { badReports, countersOf } from "./tally.ts";

/** Tears the child down; what still differs from `before` is left of the fork. */
export function exitChild(machine: Machine, before: Picture): StateAfter {
  const { env, child } = machine;
  const log = createEventLog();
  attachSink(env.sync, log);
  const gather = tlbGatherMmu(child, true);
  runToCompletion(unmapAndFree(machine, gather));
  tlbFinishMmu(env, gather);
  return {
    pages: changedPages(env, before, log),
    swap: changedSlots(env, before),
    counters: countersOf(child),
    nrPtes: child.nrPtes,
    ...badReports(machine, log),
  };
}

/** The child has all areas of the parent, also those that fork did not come to. */
function* unmapAndFree({ env, child, vector }: Machine, gather: MmuGather): KernelThread<void> {
  const vmas = vector.vmas.map((vma) => vmaOf(child, vma));
  yield* unmapVmas(env, gather, vmas, virtAddr(0), virtAddr(TASK_SIZE));
  const ranges = vmas.map(({ start, end }) => ({ start, end, hugetlb: false }));
  yield* freePgtables(env.sync, env.tables, child, ranges, 0, 0, unlinkNothing);
}

/** The child's areas are in no list of any file or anon_vma. */
function* unlinkNothing(): KernelThread<void> {}
