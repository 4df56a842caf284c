/** Recounts a whole machine the slow way (SPEC I1 to I10): every count against the entries. */
import {
  checkPageTables,
  forEachHugePmd,
  forEachPte,
  isPtePresent,
  isSwapPte,
  ptePfn,
} from "@forkpath/page-table";
import { checkAnonVmas, checkRmap, NormalPage, PageFlag, vmNormalPage } from "@forkpath/rmap";
import { checkSwap, isNonSwapEntry, swapCount, swpOffset } from "@forkpath/swap";
import { checkMm, type MmEnv, type MmStruct } from "../src/index.ts";

/** How often entries name each frame, and each slot of area 0. */
interface Held {
  readonly frames: Map<number, number>;
  readonly slots: Map<number, number>;
}

/**
 * One line for each mismatch. `mms` are all address spaces of the machine, and nobody is inside.
 */
export function recountMachine(env: MmEnv, mms: readonly MmStruct[]): string[] {
  const held: Held = { frames: new Map(), slots: new Map() };
  for (const mm of mms) countEntries(env, mm, held);
  const isCached = cachedFrames(env);
  return [
    ...mms.flatMap((mm) => checkMm(env, mm)),
    ...checkLocks(env, mms),
    ...checkSlots(env, held),
    ...checkRmap(
      env.map,
      (pfn) => held.frames.get(pfn) ?? 0,
      (pfn) => (isCached(pfn) ? 1 : 0),
    ),
    ...checkSwap(env.swap),
    ...checkPageTables(env.tables, mms),
    ...checkAnonVmas(
      env.anonVmas,
      mms.flatMap((mm) => mm.vmas),
    ),
  ];
}

function countEntries(env: MmEnv, mm: MmStruct, held: Held): void {
  forEachPte(env.tables, mm.pgd, (addr, _cell, low, high) => {
    if (isSwapPte(low, high) && !isNonSwapEntry(low)) addOne(held.slots, swpOffset(low, high));
    if (!isPtePresent(low)) return;
    const flags = mm.vmas.find((vma) => vma.start <= addr && addr < vma.end)?.flags ?? 0;
    const pfn = ptePfn(low, high);
    if (vmNormalPage(env.map, flags, low, pfn) === NormalPage.NORMAL) addOne(held.frames, pfn);
  });
  forEachHugePmd(env.tables, mm.pgd, (_addr, _cell, low, high) => {
    addOne(held.frames, ptePfn(low, high));
  });
}

/** Nobody is inside, so nothing is locked. */
function checkLocks({ tables, map }: MmEnv, mms: readonly MmStruct[]): string[] {
  const spinlocks = [...tables.locks, ...mms.map((mm) => mm.pageTableLock)];
  const held = spinlocks.filter((lock) => lock !== null && lock.owner !== null);
  const sems = mms.map(({ mmapSem }) => mmapSem);
  const taken = sems.filter(({ writer, readers }) => writer !== null || readers.length > 0);
  const lines = [...held, ...taken].map((lock) => `${lock?.name} is held by ${lock?.where}`);
  for (let pfn = 0; pfn < map.nextFrame; pfn++) {
    if (map.flags[pfn] & PageFlag.LOCKED) lines.push(`page ${pfn} is locked`);
  }
  return lines;
}

function checkSlots({ swap }: MmEnv, { slots }: Held): string[] {
  const lines: string[] = [];
  for (let offset = 1; offset < swap.areas[0].max; offset++) {
    const [count, found] = [swapCount(swap, 0, offset), slots.get(offset) ?? 0];
    if (count !== found) lines.push(`slot ${offset}: count ${count}, but ${found} entries name it`);
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
