/**
 * Which node each page of a machine with several nodes is on.
 *
 *    node 0  ---  CPUs 0 and 1        node 1  ---  CPUs 2 and 3
 *
 * A page is taken on the node of the CPU that asks for it, and leaves it by migration alone.
 */
import type { Pfn } from "@forkpath/abi";
import type { MmEnv, Nodes } from "../types.ts";

/**
 * All memory is on node 0 so far.
 * @modelOnly the kernel reads from the firmware what there is
 */
export const createNodes = (count: number): Nodes => ({ count, away: new Map() });

/**
 * The node of the CPU that runs the thread.
 * @kernel numa_node_id in include/linux/topology.h
 * @deviates Each node has as many CPUs as the others, give or take one, in the order of numbers.
 */
export const numaNodeId = ({ nodes, nrCpus, sync }: MmEnv): number =>
  Math.floor((sync.current.cpu * nodes.count) / nrCpus);

/** @kernel page_to_nid in include/linux/mm.h */
export const pageToNid = ({ nodes }: MmEnv, pfn: number): number => nodes.away.get(pfn) ?? 0;

/**
 * Says that `count` frames from `pfn` on, which nobody uses, lie on `node`.
 * @modelOnly in the kernel the number of a frame says where it is
 * @deviates No node is ever full: there is room as long as the machine has any.
 */
export function putOnNode({ nodes }: MmEnv, pfn: Pfn, count: number, node: number): void {
  for (let at: number = pfn; at < pfn + count; at++) {
    if (node === 0) nodes.away.delete(at);
    else nodes.away.set(at, node);
  }
}
