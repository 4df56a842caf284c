/**
 * One record becomes an entry of a pte table, and its frame a row of the memory map.
 *
 *    record                           entry                      frame
 *    present, of a file               as the area allows         mapcount of the machine
 *    present, anonymous               writable if it is the      the same, and exclusive
 *                                     process's alone
 *    present, neither                 special: the zero page     none
 *    swapped                          a slot of the model        -
 *    migrating                        migration entry            one, not counted as mapped
 *    marker                           guard marker               -
 *
 * A frame's mapcount is that of the machine: entries of other processes count in it, though the
 * model has only this one. So the shares come out right, and those who share need not be loaded.
 */
import { type Pfn, pfn as toPfn, VmFlag } from "@forkpath/abi";
import { mkPteHigh, mkPteLow, Pte, pteMkspecial, setPte } from "@forkpath/page-table";
import { allocFrame, MappingTag, makeMapping, NO_PFN, PageFlag } from "@forkpath/rmap";
import {
  makeMigrationHigh,
  makeMigrationLow,
  makePteMarker,
  PteMarker,
  swpPteHigh,
  swpPteLow,
} from "@forkpath/swap";
import { invariant } from "@forkpath/sync";
import { frameNamed, nameFrame } from "./frame-names.ts";
import type { LoadedArea, Loading } from "./loading.ts";
import { Absent, absentKind, KPF_HIGH_EXCLUSIVE, Kpf, PmHigh, pmPfn } from "./page-record.ts";

/** Places the staged record `at` in `cell`. */
export function placeSmall(load: Loading, at: number, cell: number): void {
  const { stage, areas } = load;
  const area = areas[stage.area[at]];
  const pmHigh = stage.pmHigh[at];
  if ((pmHigh & PmHigh.PRESENT) !== 0) placePresent(load, area, at, cell);
  else if ((pmHigh & PmHigh.SWAP) !== 0) placeAbsent(load, area, at, cell);
}

function placePresent(load: Loading, area: LoadedArea, at: number, cell: number): void {
  const { stage } = load;
  const isFile = (stage.pmHigh[at] & PmHigh.FILE) !== 0;
  if (isFile ? isZeroPage(stage.flagsLow[at]) : !takesAnon(load, area, at)) {
    placeZero(load, area, cell);
    return;
  }
  const mapcount = mapcountOf(load, at);
  const frame = frameOf(load, area, at, mapcount, isFile);
  const isOurs = !isFile && (load.env.map.flags[frame] & PageFlag.ANON_EXCLUSIVE) !== 0;
  const { vma } = area;
  let low = mkPteLow(frame, vma.pageProtLow);
  if (isOurs && (vma.flags & VmFlag.WRITE) !== 0) low |= Pte.RW;
  if (!isFile && (load.env.map.flags[frame] & PageFlag.SWAPBACKED) !== 0) low |= Pte.DIRTY;
  setPte(load.env.tables, cell, low >>> 0, mkPteHigh(frame, vma.pageProtHigh));
  area.pteEntries++;
  tally(load, area, frame, mapcount, isFile);
  countIdle(load, area, at);
}

/** Counts a page of which only an idle tracker knows that it was used. */
export function countIdle({ stage }: Loading, area: LoadedArea, at: number): void {
  if ((stage.flagsLow[at] & IDLE_ONLY) === Kpf.IDLE) area.idle++;
}

const IDLE_ONLY: number = Kpf.IDLE | Kpf.REFERENCED;

const isZeroPage = (flagsLow: number): boolean => (flagsLow & Kpf.ZERO_PAGE) !== 0;

/**
 * Is the present page, which is of no file, anonymous? Without page flags one that is mapped once
 * is; of the others, as many as smaps counts.
 */
function takesAnon({ stage, level }: Loading, area: LoadedArea, at: number): boolean {
  if (level === "frames") return (stage.flagsLow[at] & Kpf.ANON) !== 0;
  if ((stage.pmHigh[at] & PmHigh.EXCLUSIVE) !== 0) return true;
  if (area.sharedAnonLeft <= 0) return false;
  area.sharedAnonLeft--;
  return true;
}

/** Without frame numbers "more than one" is all that is known, and 2 stands for it. */
export function mapcountOf({ stage, level }: Loading, at: number): number {
  if (level === "frames") return Math.max(stage.mapcount[at], 1);
  return (stage.pmHigh[at] & PmHigh.EXCLUSIVE) !== 0 ? 1 : 2;
}

/** The frame of the model for a page, made at its first entry. */
function frameOf(
  load: Loading,
  area: LoadedArea,
  at: number,
  mapcount: number,
  isFile: boolean,
): Pfn {
  const { stage, names, level } = load;
  if (level !== "frames" || mapcount === 1) return newFrame(load, area, at, mapcount, isFile);
  const pfn = pmPfn(stage.pmLow[at], stage.pmHigh[at]);
  const known = frameNamed(names, pfn);
  if (known !== 0) return mappedAgain(load, known);
  const frame = newFrame(load, area, at, mapcount, isFile);
  nameFrame(names, pfn, frame);
  return frame;
}

/** A frame has at least as many entries as this process alone has for it. */
function mappedAgain({ env: { map }, ownEntries }: Loading, frame: number): Pfn {
  const own = (ownEntries.get(frame) ?? 1) + 1;
  ownEntries.set(frame, own);
  if (map.mapcount[frame] < own) {
    map.mapcount[frame]++;
    map.count[frame]++;
  }
  return toPfn(frame);
}

function newFrame(
  load: Loading,
  area: LoadedArea,
  at: number,
  mapcount: number,
  isFile: boolean,
): Pfn {
  const { map, rules } = load.env;
  const frame = allocFrame(map);
  invariant(frame !== NO_PFN, "load-frames", "the machine has a frame for each page");
  const flags = pageFlagsOf(load, at, mapcount, isFile, rules.exclusiveFlag);
  map.flags[frame] = flags;
  map.mapcount[frame] = mapcount;
  // The page cache holds a page of a file, the swap cache perhaps another.
  map.count[frame] = mapcount + (isFile || hasSwapCache(load, at) ? 1 : 0);
  map.mapping[frame] = mappingOf(load, area, at, isFile);
  if (isFile) map.stats.nrFileMapped++;
  else map.stats.nrAnonPages++;
  return frame;
}

const hasSwapCache = ({ stage, level }: Loading, at: number): boolean =>
  level === "frames" && (stage.flagsLow[at] & Kpf.SWAPCACHE) !== 0;

/** Whose page it is: of a file any number does, since nobody follows it. */
function mappingOf({ stage }: Loading, { vma }: LoadedArea, at: number, isFile: boolean): number {
  if (isFile) return makeMapping(stage.area[at] + 1, MappingTag.FILE);
  const isKsm = (stage.flagsLow[at] & Kpf.KSM) !== 0;
  return makeMapping(vma.anonVma?.id ?? 0, isKsm ? MappingTag.KSM : MappingTag.ANON);
}

/** The model's flags of a page. Without frame numbers it is as most pages of its kind are. */
export function pageFlagsOf(
  { stage, level }: Loading,
  at: number,
  mapcount: number,
  isFile: boolean,
  exclusiveFlag: number,
): number {
  const base = PageFlag.UPTODATE | PageFlag.LRU;
  if (level !== "frames") {
    return base | (isFile ? 0 : PageFlag.SWAPBACKED | (mapcount === 1 ? exclusiveFlag : 0));
  }
  const kpf = stage.flagsLow[at];
  let flags: number = base;
  if (kpf & Kpf.REFERENCED) flags |= PageFlag.REFERENCED;
  if (kpf & Kpf.DIRTY) flags |= PageFlag.DIRTY;
  if (kpf & Kpf.SWAPBACKED) flags |= PageFlag.SWAPBACKED;
  if (!isFile && (stage.flagsHigh[at] & KPF_HIGH_EXCLUSIVE) !== 0) flags |= exclusiveFlag;
  return flags;
}

/** Counts a page that an entry maps, by what smaps will ask of it. */
export function tally(
  { env: { map } }: Loading,
  area: LoadedArea,
  frame: number,
  mapcount: number,
  isFile: boolean,
): void {
  const flags = map.flags[frame];
  const pages = mapcount === 1 ? area.once : area.often;
  const isSwapBacked = (flags & PageFlag.SWAPBACKED) !== 0;
  if (!isFile) area.anon++;
  else if (isSwapBacked) area.shmem++;
  else area.file++;
  if ((flags & PageFlag.DIRTY) !== 0) pages.marked++;
  else if (!isFile && isSwapBacked) pages.anon++;
  else pages.other++;
  if ((flags & PageFlag.REFERENCED) !== 0) area.referenced++;
}

/** The zero page, and raw frames: no page that anybody counts. */
function placeZero({ env }: Loading, { vma }: LoadedArea, cell: number): void {
  const { zeroPfn } = env.map;
  const low = pteMkspecial(mkPteLow(zeroPfn, vma.pageProtLow));
  setPte(env.tables, cell, low, mkPteHigh(zeroPfn, vma.pageProtHigh));
}

function placeAbsent(load: Loading, area: LoadedArea, at: number, cell: number): void {
  const { stage, env } = load;
  switch (absentKind(stage.pmLow[at], stage.pmHigh[at])) {
    case Absent.SWAP: {
      const slot = ++load.slots;
      area.swap++;
      setPte(env.tables, cell, swpPteLow(0, slot), swpPteHigh(slot));
      break;
    }
    case Absent.MARKER:
      setPte(env.tables, cell, makePteMarker(PteMarker.GUARD), 0);
      break;
    default:
      placeMigrating(load, area, at, cell);
  }
}

/** A page on its way counts as what it is, though no entry maps it meanwhile. */
function placeMigrating(load: Loading, area: LoadedArea, at: number, cell: number): void {
  const { env, stage } = load;
  const isFile = (stage.pmHigh[at] & PmHigh.FILE) !== 0;
  const frame = allocFrame(env.map);
  invariant(frame !== NO_PFN, "load-frames", "the machine has a frame for each page");
  env.map.mapping[frame] = mappingOf(load, area, at, isFile);
  env.map.flags[frame] = isFile ? 0 : PageFlag.SWAPBACKED;
  if (isFile) area.file++;
  else area.anon++;
  const facts = { isWrite: false };
  setPte(env.tables, cell, makeMigrationLow(frame, facts), makeMigrationHigh(frame, facts));
}
