/**
 * How a random history ends: pages under way arrive, all processes die, and init waits for them.
 * Then nothing may be left that nothing uses (SPEC I13, §8.8), and that is what the history
 * expects.
 */
import { batchedPages } from "@forkpath/mm/internal";
import { PageFlag } from "@forkpath/rmap";
import type { World } from "@forkpath/scenario";
import { type Chance, type Entry, hasOrphans, taskOf } from "@forkpath/scenario/internal";
import { findLiving, letArrive } from "./living.ts";

/** @returns null when no process is left that could be ended */
export function endingStep(world: World, random: Chance): Entry | null {
  const { kernel } = world;
  const living = findLiving(world);
  const arrival = letArrive(world, living);
  if (arrival !== null) return arrival;
  if (kernel.machine.pins.size > 0) return { unpin: true };
  const mortal = living.filter((process) => taskOf(world, process)?.isKilled === false);
  if (mortal.length === 0) return lastStep(world);
  const { name, pid } = random.pick(mortal);
  return kernel.isBlocked(pid) || random.once(2) ? { kill: name } : { exit: name };
}

/** A page in a CPU's batch is used for as long as it waits there, whoever has ended. */
function lastStep(world: World): Entry | null {
  if (hasOrphans(world)) return { wait: "init" };
  return batchedPages(world.kernel.machine.mm).length > 0 ? { drainLru: true } : null;
}

/** Whether all processes have ended, and nothing is under way: then nothing may be left. */
export const isDeserted = ({ kernel }: World): boolean =>
  kernel.machine.migrations.length === 0 &&
  kernel.machine.pins.size === 0 &&
  kernel.totals().tasks === 1;

/**
 * What the machine must come to then: an expectation of a scenario. Files keep what they have in
 * the page cache, and those of shared memory in swap; a frame that went bad is never used again.
 * @param lostPromises pages that a defect of the kernel has promised for good
 * @param orphans pages that the swap cache may have kept
 */
export function expectedAtEnd({ kernel }: World, lostPromises: number, orphans: number): Entry {
  const { files, map } = kernel.machine.mm;
  const { swapPages, cachedPages } = kernel.totals();
  const cached = new Set<number>([...files.values()].flatMap(({ pages }) => [...pages.values()]));
  let promised = lostPromises;
  let swapped = 0;
  for (const file of files.values()) {
    promised += file.chargedPages;
    swapped += file.swapped.size;
  }
  let bad = 0;
  map.flags.forEach((flags, frame) => {
    if (flags & PageFlag.HWPOISON && !cached.has(frame)) bad++;
  });
  return {
    tasks: 1,
    anonPages: 0,
    pageTables: 0,
    usedPages: cachedPages + bad + orphans,
    swapCache: orphans,
    freeSwap: swapPages - orphans - swapped,
    committed: promised,
    badPtes: 0,
  };
}
