/**
 * The range of one pte table, once all its records are there: does a pmd map a huge page, or are
 * they small pages?
 *
 *    512 records of one area, frames in a row from    a pmd, if smaps still counts huge pages of
 *    an aligned one on                                that kind
 *    hugetlb                                          no table of the model has them
 *    else                                             a pte table
 *
 * smaps says how many huge pages an area has, and not which: where more ranges look like one, the
 * first are taken. Fork copies as many tables and counts as many pages either way.
 */
import { PTRS_PER_TABLE, VmFlag } from "@forkpath/abi";
import { hugeZeroPage } from "@forkpath/mm/internal";
import {
  mkPteHigh,
  mkPteLow,
  NO_TABLE,
  Pte,
  pteAllocOne,
  pteMkspecial,
  setPte,
} from "@forkpath/page-table";
import {
  allocFrame,
  allocHugeFrame,
  allocLargeFolio,
  HPAGE_PMD_NR,
  MappingTag,
  makeMapping,
  NO_PFN,
} from "@forkpath/rmap";
import { countedFrames } from "@forkpath/rmap/internal";
import { invariant, runToCompletion } from "@forkpath/sync";
import type { Loading } from "./loading.ts";
import { Kpf, PmHigh, pmPfn } from "./page-record.ts";
import { countIdle, mapcountOf, pageFlagsOf, placeSmall, tally } from "./place-small.ts";
import { makePudTable, pmdCellOf, pteCellOf } from "./table.ts";

/** A hugetlb page of this size or more stands in a pud table. */
const GIGANTIC_KB = 2 ** 20;

/** Places what is staged, and empties the stage. */
export function placeStaged(load: Loading): void {
  const { stage } = load;
  if (stage.count === 0) return;
  const kind = hugeKind(load);
  if (kind === "anon") placeHugeAnon(load);
  else if (kind === "zero") placeHugeZero(load);
  else if (kind === "file") placeHugeFile(load);
  else placeEach(load);
  stage.count = 0;
}

function placeEach(load: Loading): void {
  const { stage, areas } = load;
  let base = -1;
  for (let at = 0; at < stage.count; at++) {
    if (areas[stage.area[at]].isHugetlb) {
      placeHugetlb(load, at);
      continue;
    }
    if (base < 0) base = pteCellOf(load, stage.base);
    placeSmall(load, at, base + stage.entry[at]);
  }
}

/** What a pmd may map here; undefined where the pages are small. */
function hugeKind(load: Loading): "anon" | "zero" | "file" | undefined {
  const { stage, areas, level } = load;
  const area = areas[stage.area[0]];
  const isWhole =
    stage.count === PTRS_PER_TABLE && stage.area[PTRS_PER_TABLE - 1] === stage.area[0];
  if (!isWhole || area.isHugetlb || !isAlike(load)) return undefined;
  const isFile = (stage.pmHigh[0] & PmHigh.FILE) !== 0;
  const isZero = level === "frames" ? (stage.flagsLow[0] & Kpf.ZERO_PAGE) !== 0 : !area.hasFile;
  if (isFile && isZero) return load.env.rules.huge.hasZeroPage ? "zero" : undefined;
  if (isFile) return area.filePmdLeft > 0 ? "file" : undefined;
  return area.hugeLeft > 0 ? "anon" : undefined;
}

/** Are all pages present, of one kind, and their frames, where they are known, in a row? */
function isAlike({ stage, level }: Loading): boolean {
  const { pmLow, pmHigh, flagsLow } = stage;
  const kind = PmHigh.PRESENT | PmHigh.FILE;
  const first = pmHigh[0] & kind;
  if ((first & PmHigh.PRESENT) === 0) return false;
  const head = pmPfn(pmLow[0], pmHigh[0]);
  if (level === "frames" && (head % HPAGE_PMD_NR !== 0 || (flagsLow[0] & Kpf.THP) === 0)) {
    if ((flagsLow[0] & Kpf.ZERO_PAGE) === 0 || head % HPAGE_PMD_NR !== 0) return false;
  }
  for (let at = 1; at < PTRS_PER_TABLE; at++) {
    if ((pmHigh[at] & kind) !== first) return false;
    if (level === "frames" && pmPfn(pmLow[at], pmHigh[at]) !== head + at) return false;
  }
  return true;
}

function placeHugeAnon(load: Loading): void {
  const { stage, areas, env, level } = load;
  const area = areas[stage.area[0]];
  const mapcount = mapcountOf(load, 0);
  const head = env.rules.huge.isLarge ? allocLargeFolio(env.map) : allocHugeFrame(env.map);
  invariant(head !== NO_PFN, "load-frames", "the machine has frames for each huge page");
  const { map } = env;
  const flags = pageFlagsOf(load, 0, mapcount, false, env.rules.exclusiveFlag);
  const mapping = makeMapping(area.vma.anonVma?.id ?? 0, MappingTag.ANON);
  const counted = countedFrames(map, head);
  let shared = 0;
  for (let page = 0; page < HPAGE_PMD_NR; page++) {
    const frame = head + page;
    // Others may have copied a part of it.
    const users = counted === 1 ? mapcount : mapcountOf(load, page);
    if (users > 1) shared++;
    if (page < counted) {
      map.mapcount[frame] = users;
      map.count[frame] = users;
      map.mapping[frame] = mapping;
      map.flags[frame] |= flags;
    }
    tally(load, area, counted === 1 ? head : frame, users, false);
    countIdle(load, area, page);
  }
  map.stats.nrAnonTransparentHugepages++;
  if (level !== "frames") area.sharedAnonLeft -= shared;
  const isOurs = (map.flags[head] & env.rules.exclusiveFlag) !== 0;
  let low = mkPteLow(head, area.vma.pageProtLow | Pte.PSE) | Pte.DIRTY;
  if (isOurs && (area.vma.flags & VmFlag.WRITE) !== 0) low |= Pte.RW;
  storePmd(load, low >>> 0, mkPteHigh(head, area.vma.pageProtHigh));
  area.hugeLeft--;
  area.hugePmds++;
}

/** Read and never written: no page that anybody counts, but a table is laid by for it. */
function placeHugeZero(load: Loading): void {
  const { stage, areas, env } = load;
  const { vma } = areas[stage.area[0]];
  const head = hugeZeroPage(env);
  invariant(head !== NO_PFN, "load-frames", "the machine has frames for the huge page of zeroes");
  const low = pteMkspecial(mkPteLow(head, vma.pageProtLow | Pte.PSE));
  storePmd(load, low, mkPteHigh(head, vma.pageProtHigh));
  areas[stage.area[0]].hugePmds++;
}

function storePmd(load: Loading, low: number, high: number): void {
  const { env, mm, stage } = load;
  const cell = pmdCellOf(load, stage.base);
  const table = runToCompletion(pteAllocOne(env.sync, env.tables, mm));
  invariant(table !== NO_TABLE, "load-table", "no request of the loader is refused");
  setPte(env.tables, cell, low, high);
  mm.pmdHugePte.push(table);
  mm.nrPtes++;
}

/** Fork leaves it to a fault, so that no entry of the model need stand for it (C5). */
function placeHugeFile(load: Loading): void {
  const { stage, areas, env } = load;
  const area = areas[stage.area[0]];
  pmdCellOf(load, stage.base);
  for (let at = 0; at < stage.count; at++) {
    const mapcount = mapcountOf(load, at);
    const frame = allocLoneFrame(load, at, mapcount);
    area.aside.frames.push(frame);
    tally(load, area, frame, mapcount, true);
  }
  area.aside.filePmdPages += stage.count;
  area.filePmdLeft--;
  env.map.stats.nrFileMapped += stage.count;
}

function allocLoneFrame(load: Loading, at: number, mapcount: number): number {
  const { map } = load.env;
  const frame = allocFrame(map);
  invariant(frame !== NO_PFN, "load-frames", "the machine has a frame for each page");
  map.flags[frame] = pageFlagsOf(load, at, mapcount, true, 0);
  map.mapcount[frame] = mapcount;
  map.count[frame] = mapcount + 1;
  return frame;
}

/** The tables above a hugetlb page; the page counts in the area alone. */
function placeHugetlb(load: Loading, at: number): void {
  const { stage, areas } = load;
  const area = areas[stage.area[at]];
  if ((stage.pmHigh[at] & PmHigh.PRESENT) === 0) return;
  area.aside.hugetlbPages++;
  const isGigantic = (area.captured.rows.KernelPageSize ?? 0) >= GIGANTIC_KB;
  if (isGigantic) makePudTable(load, stage.base);
  else pmdCellOf(load, stage.base);
}
