/** A frame from the allocator, by way of the one gate that every allocation passes. */
import type { Pfn } from "@forkpath/abi";
import { allocFrame, NO_PFN } from "@forkpath/rmap";
import { allocAtomic, ended, goesOver, type KernelThread } from "@forkpath/sync";
import { refuseFrames } from "../machine/refuse.ts";
import type { MmEnv } from "../types.ts";
import { numaNodeId, putOnNode } from "./node.ts";

/** The node of the CPU that asks. @kernel NUMA_NO_NODE in include/linux/numa.h */
const NEAR = -1;

/**
 * A frame with one reference, or NO_PFN: refused, or memory is used up. Nobody runs in between.
 * Can replace the columns of the memory map.
 * @param node where it shall be; by default near the CPU that asks
 * @kernel alloc_page in include/linux/gfp.h, with GFP_ATOMIC
 */
export function allocPageNow(env: MmEnv, node: number = NEAR): Pfn {
  if (!allocAtomic(env.sync, "page")) return NO_PFN;
  const frame = allocFrame(env.map);
  if (frame === NO_PFN) refuseFrames(env, "page");
  else if (env.nodes.count > 1) putOnNode(env, frame, 1, node === NEAR ? numaNodeId(env) : node);
  return frame;
}

/**
 * The same for a caller that may sleep: others can run first. A hot caller writes
 * `sync.interleaved ? yield* allocPage(env) : allocPageNow(env)`.
 * @kernel alloc_page in include/linux/gfp.h, with GFP_KERNEL
 * @deviates Never reclaims: where Linux would make room, this machine is out of memory.
 */
export function allocPage(env: MmEnv, node: number = NEAR): KernelThread<Pfn> {
  const { interleaved, passing, allocPoint } = env.sync;
  if (interleaved && !goesOver(passing, allocPoint)) return allocPageLater(env, node);
  return ended(allocPageNow(env, node));
}

function* allocPageLater(env: MmEnv, node: number): KernelThread<Pfn> {
  yield env.sync.allocPoint;
  return allocPageNow(env, node);
}
