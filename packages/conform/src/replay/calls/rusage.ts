/** `rusage self|children Rk p`: the answer is written to that page, as the kernel would. */

import { PAGE_SIZE } from "@forkpath/abi";
import { type Rusage, RusageWho } from "@forkpath/fork";
import { ACCESS_ERROR } from "@forkpath/mm";
import { markPageAccessed } from "@forkpath/mm/internal";
import type { Call } from "../call.ts";
import type { Outcome } from "../outcome.ts";
import { parsePlace } from "../places.ts";
import type { World } from "../world.ts";

const WHO: Readonly<Record<string, RusageWho>> = {
  self: RusageWho.SELF,
  children: RusageWho.CHILDREN,
};

export const rusage: Call = (world, { pid }, [who, ...place]) =>
  rusageAt(world, pid, place, world.kernel.getrusage(pid, WHO[who]));

/** The fault of writing it comes after the counting, and EFAULT where it cannot be written. */
export function rusageAt(
  { kernel }: World,
  pid: number,
  [place, page]: readonly string[],
  { maxrssKb, minFlt, majFlt }: Rusage,
): Outcome {
  const addr = parsePlace(place) + Number(page) * PAGE_SIZE;
  if (kernel.write(pid, addr) & ACCESS_ERROR) return { result: "EFAULT" };
  // The recorder has read its three fields there, through /proc/PID/mem: three uses of the page.
  const frame = kernel.frame(pid, addr);
  for (let field = 0; field < 3 && frame !== undefined; field++) {
    markPageAccessed(kernel.machine.mm, frame);
  }
  const told = { maxrss: Number(maxrssKb), minflt: minFlt, majflt: majFlt };
  return { result: "ok", more: { rusage: told } };
}
