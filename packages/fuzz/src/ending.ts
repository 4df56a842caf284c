/**
 * How a random history ends: whatever is under way arrives, everybody dies, and init hears of it.
 * Then nothing may be left that nobody needs (SPEC I13, §8.8), and that is what the history expects.
 */

import { isGroupEmpty } from "@forkpath/fork";
import { PageFlag } from "@forkpath/rmap";
import { taskOf, type World } from "@forkpath/scenario";
import { isLiving } from "./choice.ts";
import type { Entry } from "./history.ts";
import type { Random } from "./random.ts";

/** @returns null when nobody is left, or nobody who could be ended */
export function endingStep(world: World, random: Random): Entry | null {
  const { kernel, processes } = world;
  const { machine } = kernel;
  const living = [...processes.values()].filter((process) => isLiving(world, process));
  const dumped = living.find((process) => taskOf(world, process)?.mm?.coreState === true);
  if (dumped !== undefined) return { coreDump: dumped.name, running: false };
  if (machine.migrations.length > 0) return { migrateEnd: true };
  if (machine.pins.size > 0) return { unpin: true };
  const mortal = living.filter((process) => taskOf(world, process)?.isKilled === false);
  if (mortal.length === 0) return hasOrphans(world) ? { wait: "init" } : null;
  const { name, pid } = random.pick(mortal);
  return kernel.isBlocked(pid) || random.once(2) ? { kill: name } : { exit: name };
}

/** Whether init can take word of somebody. */
export const hasOrphans = ({ kernel }: World): boolean =>
  kernel.machine.fork.initTask.children.some(
    (child) => child.state === "zombie" && isGroupEmpty(child),
  );

/** Whether everybody has ended, and nothing is under way: then nothing may be left. */
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
