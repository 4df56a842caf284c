/** Recounts a whole machine the slow way (SPEC §0.6 I1 to I12): every count against the entries. */
import { type Pfn, VmFlag } from "@forkpath/abi";
import { accountedPages, checkMm, type MmEnv, type MmStruct, type Vma } from "@forkpath/mm";
import {
  checkPageTables,
  forEachHugePmd,
  forEachPte,
  isPtePresent,
  isSwapPte,
  ptePfn,
} from "@forkpath/page-table";
import { checkAnonVmas, checkRmap, NormalPage, PageFlag, vmNormalPage } from "@forkpath/rmap";
import {
  checkSwap,
  entryOffset,
  isNonSwapEntry,
  slotState,
  swapCount,
  swpOffset,
} from "@forkpath/swap";
import type { Space } from "./machine.ts";

/** How often entries name each frame, and each slot of area 0. */
interface Held {
  readonly frames: Map<number, number>;
  readonly slots: Map<number, number>;
}

export interface RecountOptions {
  /** References that only the test knows of. */
  readonly pins?: ReadonlyMap<Pfn, number>;
  /** Leave what an mm counts out: some defect has made it wrong on purpose. */
  readonly ignoreCounters?: boolean;
}

/** One line for each mismatch. `spaces` are all that there are, and nobody is inside. */
export const recount = (...spaces: readonly Space[]): string[] =>
  recountMachine(
    spaces[0].env,
    spaces.map(({ mm }) => mm),
  );

/** The same for a machine whose address spaces are `mms`: maybe none. */
export function recountMachine(
  env: MmEnv,
  mms: readonly MmStruct[],
  { pins = new Map(), ignoreCounters = false }: RecountOptions = {},
): string[] {
  const held: Held = { frames: new Map(), slots: new Map() };
  for (const mm of mms) countEntries(env, mm, held);
  const isCached = cachedFrames(env);
  const vmas = mms.flatMap((mm) => mm.vmas);
  return [
    ...(ignoreCounters ? [] : mms.flatMap((mm) => checkMm(env, mm))),
    ...checkLocks(env, mms),
    ...checkSlots(env, held),
    ...checkPrivate(env),
    ...checkRmap(
      env.map,
      (pfn) => held.frames.get(pfn) ?? 0,
      (pfn) => (isCached(pfn) ? 1 : 0) + (pins.get(pfn as Pfn) ?? 0) + (env.inFlight.get(pfn) ?? 0),
    ),
    ...checkSwap(env.swap),
    ...checkPageTables(env.tables, mms),
    ...checkAnonVmas(env.anonVmas, vmas),
    ...checkCommitted(env, mms),
    ...checkFiles(env, vmas),
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
  const held = spinlocks.filter((lock) => lock !== null && lock.holder !== null);
  const sems = mms.map(({ mmapSem }) => mmapSem);
  const taken = sems.filter(({ writer, readers }) => writer !== null || readers.length > 0);
  const lines = [...held, ...taken].map((lock) => `${lock?.name} is held by ${lock?.where}`);
  for (let pfn = 0; pfn < map.nextFrame; pfn++) {
    if (map.flags[pfn] & PageFlag.LOCKED) lines.push(`page ${pfn} is locked`);
  }
  return lines;
}

function checkSlots({ swap, files }: MmEnv, { slots }: Held): string[] {
  const lines: string[] = [];
  const ofShmem = new Map<number, number>();
  for (const { swapped } of files.values()) {
    for (const entry of swapped.values()) addOne(ofShmem, entryOffset(entry));
  }
  for (let offset = 1; offset < (swap.areas[0]?.max ?? 0); offset++) {
    const isShmem = slotState(swap.areas[0].swapMap[offset]) === "shmem";
    const pages = ofShmem.get(offset) ?? 0;
    if (pages !== (isShmem ? 1 : 0)) lines.push(`slot ${offset}: ${pages} files have a page there`);
    if (isShmem) continue;
    const [count, found] = [swapCount(swap, 0, offset), slots.get(offset) ?? 0];
    if (count !== found) lines.push(`slot ${offset}: count ${count}, but ${found} entries name it`);
  }
  return lines;
}

/** A page knows its entry exactly while it is cached for it. */
function checkPrivate({ swap, swapEntryOf }: MmEnv): string[] {
  const known = new Map([...swapEntryOf].map(([frame, entry]) => [entry, frame]));
  return [...known.keys(), ...swap.cache.keys()]
    .filter((entry) => known.get(entry) !== swap.cache.get(entry))
    .map((entry) => `entry ${entry}: page ${known.get(entry)}, cached ${swap.cache.get(entry)}`);
}

/** I12: what was promised is what areas and shmem files are charged for. */
function checkCommitted({ commit, files }: MmEnv, mms: readonly MmStruct[]): string[] {
  let charged = accountedPages(mms);
  for (const { isChargedByPage, pages, swapped, chargedPages } of files.values()) {
    charged += isChargedByPage ? pages.size + swapped.size : chargedPages;
  }
  const { committed } = commit;
  return committed === charged ? [] : [`committed is ${committed}, but ${charged} are charged`];
}

/** Each file is held once by each area that maps it, and listed by no other. */
function checkFiles({ files }: MmEnv, vmas: readonly Vma[]): string[] {
  const lines: string[] = [];
  for (const file of files.values()) {
    const mapped = vmas.filter((vma) => vma.file === file);
    const listed = file.iMmap.size + file.iMmapNonlinear.size;
    const opened = file.path.endsWith("(deleted)") ? 0 : 1;
    const shared = mapped.filter(({ flags }) => flags & VmFlag.SHARED).length;
    if (listed !== mapped.length) lines.push(`${file.path}: ${listed} areas listed`);
    if (file.count !== mapped.length + opened) lines.push(`${file.path}: count ${file.count}`);
    if (file.iMmapWritable !== shared) lines.push(`${file.path}: ${file.iMmapWritable} writable`);
  }
  return lines;
}

/** Frames that the page cache or the swap cache holds a reference to. */
function cachedFrames(env: MmEnv): (pfn: number) => boolean {
  const ofFiles = new Set<number>(
    [...env.files.values()].flatMap((file) => [...file.pages.values()]),
  );
  return (pfn) => ofFiles.has(pfn) || (env.map.flags[pfn] & PageFlag.SWAPCACHE) !== 0;
}

const addOne = (counts: Map<number, number>, key: number): Map<number, number> =>
  counts.set(key, (counts.get(key) ?? 0) + 1);
