/** The child's exit after a fork that a vector checks, be the fork complete or not. */
import { TASK_SIZE, virtAddr } from "@forkpath/abi";
import { type MmuGather, unmapVmas } from "@forkpath/mm";
import { tlbFinishMmu, tlbGatherMmu } from "@forkpath/mm/internal";
import { freePgtables } from "@forkpath/page-table";
import { type KernelThread, runToCompletion } from "@forkpath/sync";
import { type VectorMachine, vmaOf } from "./machine.ts";

/** Unmaps the child's areas and frees its tables. */
export function exitChild(machine: VectorMachine): void {
  const gather = tlbGatherMmu(machine.child, true);
  runToCompletion(unmapAndFree(machine, gather));
  tlbFinishMmu(machine.env, gather);
}

/** The child has all areas of the parent, also those that fork did not come to. */
function* unmapAndFree(
  { env, child, vector }: VectorMachine,
  gather: MmuGather,
): KernelThread<void> {
  const vmas = vector.vmas.map((vma) => vmaOf(child, vma));
  yield* unmapVmas(env, gather, vmas, virtAddr(0), virtAddr(TASK_SIZE));
  const ranges = vmas.map(({ start, end }) => ({ start, end, hugetlb: false }));
  yield* freePgtables(env.sync, env.tables, child, ranges, 0, 0, unlinkNothing);
}

/** The child's areas are in no list of any file or anon_vma. */
function* unlinkNothing(): KernelThread<void> {}
