/** A frame from the allocator, by way of the one gate that every allocation passes. */
import type { Pfn } from "@forkpath/abi";
import { allocFrame, NO_PFN } from "@forkpath/rmap";
import { allocAtomic, type KernelThread } from "@forkpath/sync";
import { refuseFrames } from "../machine/refuse.ts";
import type { MmEnv } from "../types.ts";

/**
 * A frame with one reference, or NO_PFN: refused, or memory is used up. Nobody runs in between.
 * Can replace the columns of the memory map.
 * @kernel alloc_page in include/linux/gfp.h, with GFP_ATOMIC
 */
export const allocPageNow = (env: MmEnv): Pfn =>
  allocAtomic(env.sync, "page") ? frameOrRefusal(env, allocFrame(env.map)) : NO_PFN;

function frameOrRefusal(env: MmEnv, frame: Pfn): Pfn {
  if (frame === NO_PFN) refuseFrames(env, "page");
  return frame;
}

/**
 * The same for a caller that may sleep: others can run first. A hot caller writes
 * `sync.interleaved ? yield* allocPage(env) : allocPageNow(env)`.
 * @kernel alloc_page in include/linux/gfp.h, with GFP_KERNEL
 * @deviates Never reclaims: where Linux would make room, this machine is out of memory.
 */
export function* allocPage(env: MmEnv): KernelThread<Pfn> {
  if (env.sync.interleaved) yield env.sync.allocPoint;
  return allocPageNow(env);
}
