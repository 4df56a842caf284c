/** Recounts a world of processes the slow way. */
import { forEachPte, isPtePresent, isSwapPte, ptePfn } from "@forkpath/page-table";
import { checkRmap, NormalPage, PageFlag, vmNormalPage } from "@forkpath/rmap";
import { checkSwap, isNonSwapEntry, swapCount, swpOffset } from "@forkpath/swap";
import type { MmEnv } from "../src/index.ts";
import { type Process, rssOf } from "./fault-world.ts";

/** What the entries of all processes hold: how often each frame, and each slot of area 0. */
interface Held {
  readonly frames: Map<number, number>;
  readonly slots: Map<number, number>;
}

/** Every count of the world against its entries (SPEC I1 to I6); one line for each mismatch. */
export function recount(...processes: Process[]): string[] {
  const { env } = processes[0];
  const held: Held = { frames: new Map(), slots: new Map() };
  const isCached = cachedFrames(env);
  return [
    ...processes.flatMap((process) => recountProcess(process, held)),
    ...recountSlots(env, held),
    ...checkRmap(
      env.map,
      (pfn) => held.frames.get(pfn) ?? 0,
      (pfn) => (isCached(pfn) ? 1 : 0),
    ),
    ...checkSwap(env.swap),
  ];
}

function recountProcess(process: Process, held: Held): string[] {
  const { env, mm } = process;
  const found = { F: 0, A: 0, S: 0 };
  forEachPte(env.tables, mm.pgd, (addr, _cell, low, high) => {
    if (isSwapPte(low, high) && !isNonSwapEntry(low)) {
      found.S++;
      addOne(held.slots, swpOffset(low, high));
    }
    const flags = mm.vmas.find((one) => one.start <= addr && addr < one.end)?.flags ?? 0;
    const pfn = ptePfn(low, high);
    if (!isPtePresent(low)) return;
    if (vmNormalPage(env.map, flags, low, pfn) !== NormalPage.NORMAL) return;
    addOne(held.frames, pfn);
    if (env.map.mapping[pfn] & 1) found.A++;
    else found.F++;
  });
  const counted = `F${found.F} A${found.A} S${found.S}`;
  return counted === rssOf(process) ? [] : [`${mm.name}: ${rssOf(process)}, but ${counted} found`];
}

function recountSlots({ swap }: MmEnv, { slots }: Held): string[] {
  const lines: string[] = [];
  for (let offset = 1; offset < swap.areas[0].max; offset++) {
    const [count, found] = [swapCount(swap, 0, offset), slots.get(offset) ?? 0];
    if (count !== found) lines.push(`slot ${offset}: count ${count}, but ${found} entries`);
  }
  return lines;
}

/** Frames that the page cache or the swap cache holds a reference to. */
function cachedFrames(env: MmEnv): (pfn: number) => boolean {
  const ofFiles = new Set([...env.files.values()].flatMap((file) => [...file.pages.values()]));
  return (pfn) => ofFiles.has(pfn) || (env.map.flags[pfn] & PageFlag.SWAPCACHE) !== 0;
}

const addOne = (counts: Map<number, number>, key: number): Map<number, number> =>
  counts.set(key, (counts.get(key) ?? 0) + 1);
