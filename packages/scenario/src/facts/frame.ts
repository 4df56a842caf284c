/** Which frame holds a page now, whether its entry leads there or only the swap cache does. */
import { linearPageIndex } from "@forkpath/rmap";
import { makeEntry } from "@forkpath/swap";
import { CannotRun } from "../world/cannot-run.ts";
import { memoryOf } from "../world/who.ts";
import type { LiveProcess, World } from "../world/world.ts";

/** @throws CannotRun where there is none */
export function frameAt({ kernel }: World, pid: number, addr: number): number {
  const { pfn, slot, letter } = kernel.entry(pid, addr);
  const cached =
    slot === undefined
      ? undefined
      : kernel.machine.mm.swap.cache.get(makeEntry(slot.type, slot.offset));
  const frame = pfn ?? cached;
  if (frame !== undefined && frame > kernel.machine.mm.map.highestMemmapPfn) {
    throw new CannotRun(`no page is behind the frame there: its entry is ${letter}`);
  }
  if (frame === undefined) throw new CannotRun(`no frame there: its entry is ${letter}`);
  return frame;
}

/** The same, but of a huge page the part that is behind the address. @throws CannotRun likewise */
export const partAt = (world: World, pid: number, addr: number): number =>
  world.kernel.frame(pid, addr) ?? frameAt(world, pid, addr);

/**
 * What mincore says of one page: whether it could be touched without reading. A page of a file
 * counts if the page cache has it, mapped or not; a swapped one if the swap cache has it.
 */
export function isInCore(world: World, owner: LiveProcess, addr: number): boolean {
  const { kernel } = world;
  const { pfn, slot, pgoff, letter } = kernel.entry(owner.pid, addr);
  if (letter === "h") return false;
  if (pfn !== undefined) return true;
  if (slot !== undefined) {
    return kernel.machine.mm.swap.cache.has(makeEntry(slot.type, slot.offset));
  }
  const area = memoryOf(world, owner).vmas.find(({ start, end }) => start <= addr && addr < end);
  const page = pgoff ?? (area === undefined ? 0 : linearPageIndex(area, addr));
  return area?.file?.pages.has(page) ?? false;
}
