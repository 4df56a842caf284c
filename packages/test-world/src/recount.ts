/** Recounts a whole machine the slow way (SPEC §0.6 I1 to I12): every count against the entries. */
import { type Pfn, type SwpEntry, VmFlag } from "@forkpath/abi";
import { checkCommit, checkMm, checkSwapSlots, type MmEnv, type MmStruct } from "@forkpath/mm";
import { batchedPages } from "@forkpath/mm/internal";
import {
  checkBlocks,
  checkPageTables,
  forEachHugePmd,
  forEachPte,
  isPtePresent,
  isSwapPte,
  ptePfn,
} from "@forkpath/page-table";
import { checkAnonVmas, checkRmap, NormalPage, PageFlag, vmNormalPage } from "@forkpath/rmap";
import { countedFrames } from "@forkpath/rmap/internal";
import { checkSwap, entryOfPte, isNonSwapEntry } from "@forkpath/swap";
import { compareKept, type Mismatch } from "@forkpath/sync";
import type { Space } from "./machine.ts";

/** How often entries name each frame and each slot. */
interface Held {
  readonly frames: Map<number, number>;
  readonly slots: Map<SwpEntry, number>;
}

export interface RecountOptions {
  /** References that only the test knows of. */
  readonly pins?: ReadonlyMap<Pfn, number>;
  /** Leave what an mm counts out: some defect has made it wrong on purpose. */
  readonly ignoreCounters?: boolean;
}

/** `spaces` are all that there are, and nobody is inside. */
export const recount = (...spaces: readonly Space[]): readonly Mismatch[] =>
  recountMachine(
    spaces[0].env,
    spaces.map(({ mm }) => mm),
  );

/** The same for a machine whose address spaces are `mms`: maybe none. */
export function recountMachine(
  env: MmEnv,
  mms: readonly MmStruct[],
  { pins = new Map(), ignoreCounters = false }: RecountOptions = {},
): readonly Mismatch[] {
  const held: Held = { frames: new Map(), slots: new Map() };
  for (const mm of mms) countEntries(env, mm, held);
  const isCached = cachedFrames(env);
  const batched = batchedPages(env);
  const vmas = mms.flatMap((mm) => mm.vmas);
  return [
    ...(ignoreCounters ? [] : mms.flatMap((mm) => checkMm(env, mm))),
    ...checkLocks(env, mms),
    ...checkSwapSlots(env, held.slots),
    ...checkPrivate(env),
    ...checkRmap(
      env.map,
      (pfn) => held.frames.get(pfn) ?? 0,
      (pfn) =>
        (isCached(pfn) ? 1 : 0) +
        (pins.get(pfn as Pfn) ?? 0) +
        (env.inFlight.get(pfn) ?? 0) +
        batched.filter((waiting) => waiting === pfn).length,
    ),
    ...checkSwap(env.swap),
    ...checkPageTables(env.tables, mms),
    ...checkBlocks(env.tables),
    ...checkAnonVmas(env.anonVmas, vmas),
    ...checkCommit(env, mms),
    ...checkFiles(env, mms),
  ];
}

function countEntries(env: MmEnv, mm: MmStruct, held: Held): void {
  forEachPte(env.tables, mm.pgd, (addr, _cell, low, high) => {
    if (isSwapPte(low, high) && !isNonSwapEntry(low)) addOne(held.slots, entryOfPte(low, high));
    if (!isPtePresent(low)) return;
    const flags = mm.vmas.find((vma) => vma.start <= addr && addr < vma.end)?.flags ?? 0;
    const pfn = ptePfn(low, high);
    if (vmNormalPage(env.map, flags, low, pfn) === NormalPage.NORMAL) addOne(held.frames, pfn);
  });
  forEachHugePmd(env.tables, mm.pgd, (_addr, _cell, low, high) => {
    const head = ptePfn(low, high);
    if (head === env.map.hugeZeroPfn) return;
    const end = head + countedFrames(env.map, head);
    for (let pfn: number = head; pfn < end; pfn++) addOne(held.frames, pfn);
  });
}

/** No thread is inside, so nothing is locked. */
function checkLocks({ tables, map }: MmEnv, mms: readonly MmStruct[]): readonly Mismatch[] {
  const spinlocks = [...tables.locks, ...mms.map((mm) => mm.pageTableLock)];
  const held = spinlocks.filter((lock) => lock !== null && lock.holder !== null);
  const sems = mms.map(({ mmapSem }) => mmapSem);
  const taken = sems.filter(
    ({ writer, readers, partReaders }) =>
      writer !== null || readers.length + partReaders.length > 0,
  );
  const wrong = [...held, ...taken].flatMap((lock) =>
    compareKept("mm", `${lock?.name}`, "holder", `${lock?.where}`, "none"),
  );
  for (let pfn = 0; pfn < map.nextFrame; pfn++) {
    const isLocked = (map.flags[pfn] & PageFlag.LOCKED) !== 0;
    wrong.push(...compareKept("pages", `pfn ${pfn}`, "PG_locked", isLocked ? 1 : 0, 0));
  }
  return wrong;
}

/** A page knows its entry exactly while it is cached for it. */
function checkPrivate({ swap, swapEntryOf }: MmEnv): readonly Mismatch[] {
  const known = new Map([...swapEntryOf].map(([frame, entry]) => [entry, frame]));
  return [...known.keys(), ...swap.cache.keys()].flatMap((entry) =>
    compareKept(
      "pages",
      `entry ${entry}`,
      "page that knows it",
      known.get(entry) ?? "none",
      swap.cache.get(entry) ?? "none",
    ),
  );
}

/**
 * Each file is held once by each area that maps it and each mm that runs it; listed by no other.
 */
function checkFiles({ files }: MmEnv, mms: readonly MmStruct[]): readonly Mismatch[] {
  const vmas = mms.flatMap((mm) => mm.vmas);
  return [...files.values()].flatMap((file) => {
    const mapped = vmas.filter((vma) => vma.file === file);
    const listed = file.iMmap.size + file.iMmapNonlinear.size;
    const runs = mms.filter(({ exeFile }) => exeFile === file).length;
    const opened = file.path.endsWith("(deleted)") ? 0 : 1;
    const shared = mapped.filter(({ flags }) => flags & VmFlag.SHARED).length;
    return [
      ...compareKept("mm", file.path, "areas on its lists", listed, mapped.length),
      ...compareKept("mm", file.path, "f_count", file.count, mapped.length + runs + opened),
      ...compareKept("mm", file.path, "i_mmap_writable", file.iMmapWritable, shared),
    ];
  });
}

/** Frames that the page cache or the swap cache holds a reference to. */
function cachedFrames(env: MmEnv): (pfn: number) => boolean {
  const ofFiles = new Set<number>(
    [...env.files.values()].flatMap((file) => [...file.pages.values()]),
  );
  return (pfn) => ofFiles.has(pfn) || (env.map.flags[pfn] & PageFlag.SWAPCACHE) !== 0;
}

const addOne = <Key>(counts: Map<Key, number>, key: Key): Map<Key, number> =>
  counts.set(key, (counts.get(key) ?? 0) + 1);
