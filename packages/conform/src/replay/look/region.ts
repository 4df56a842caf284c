/** What one slot of a process shows: its entries page by page, and its areas. */
import { PAGE_SIZE } from "@forkpath/abi";
import { type Kernel, type Profile, permsText, vmFlagsText } from "@forkpath/kernel";
import { entryLetter, findEntryCell, type MmStruct, type Vma } from "@forkpath/mm";
import {
  isPteDirty,
  isPteHuge,
  isPtePresent,
  isPteSpecial,
  isPteWrite,
  isPteYoung,
  NO_CELL,
  pteHigh,
  pteLow,
  ptePfn,
} from "@forkpath/page-table";
import type { RecordedVma, RegionState } from "@forkpath/recordings";
import { isPageAnon, isPageReferenced, PageFlag, pageMapcount } from "@forkpath/rmap";
import { type Region, SLOT_PAGES } from "../places.ts";
import { type Canon, changedRuns, idRuns, runText } from "./runs.ts";
import {
  type AreaSums,
  addPage,
  addSwapped,
  createSums,
  finishSums,
  SMAPS_FIELDS,
} from "./smaps.ts";

/** Frames and slots get their numbers over the whole state. */
export interface Canons {
  readonly frame: Canon;
  readonly slot: Canon;
}

/** A page map, one value a page. */
interface Pages {
  readonly entries: string[];
  readonly mapcount: (number | "-")[];
  readonly dirty: (number | "-")[];
  readonly young: (number | "-")[];
  readonly huge: string[];
  /** Frame + 1, or 0. */
  readonly frames: Float64Array;
  /** A number for the slot, above 0, or 0. */
  readonly slots: Float64Array;
}

/** More than any swap area has slots. */
const SLOTS_PER_TYPE = 2 ** 32;
const HUGE_PAGES = 512;

export interface RegionLook {
  readonly state: RegionState;
  readonly frames: Float64Array;
}

/** @param areas those of the slot, one at least */
export function lookAtRegion(
  kernel: Kernel,
  pid: number,
  { start }: Region,
  areas: readonly Vma[],
  canons: Canons,
  before: Float64Array,
): RegionLook {
  const { mm } = areas[0];
  const count = Math.min((areas[areas.length - 1].end - start) / PAGE_SIZE, SLOT_PAGES);
  const pages = createPages(count);
  const sums = areas.map(createSums);
  let area = 0;
  for (let page = 0; page < count; page++) {
    const addr = start + page * PAGE_SIZE;
    while (area < areas.length && areas[area].end <= addr) area++;
    const isInside = area < areas.length && areas[area].start <= addr;
    lookAtPage(kernel, pid, mm, addr, pages, page, isInside ? sums[area] : undefined);
  }
  for (const [index, vma] of areas.entries()) {
    const first = (vma.start - start) / PAGE_SIZE;
    finishSums(sums[index], vma, (page) => pages.entries[first + page] !== "-");
  }
  const { proc } = kernel.machine.profile;
  const vmas = areas.map((vma, index) => vmaState(proc, vma, sums[index], start));
  const state = { ...pagesState(pages, canons, before), smaps: sumsOf(sums), vmas };
  return { state, frames: pages.frames };
}

function createPages(count: number): Pages {
  return {
    entries: new Array<string>(count).fill("-"),
    mapcount: new Array<number | "-">(count).fill("-"),
    dirty: new Array<number | "-">(count).fill("-"),
    young: new Array<number | "-">(count).fill("-"),
    huge: new Array<string>(count).fill("-"),
    frames: new Float64Array(count),
    slots: new Float64Array(count),
  };
}

/** An entry outside of all areas is a fault of the model: it is drawn, and adds to no sum. */
function lookAtPage(
  kernel: Kernel,
  pid: number,
  mm: MmStruct,
  addr: number,
  pages: Pages,
  page: number,
  sums: AreaSums | undefined,
): void {
  const { mm: env } = kernel.machine;
  const cell = findEntryCell(env, mm, addr);
  if (cell === NO_CELL) return;
  const low = pteLow(env.tables, cell);
  const high = pteHigh(env.tables, cell);
  const letter = entryLetter(env, low, high);
  pages.entries[page] = letter;
  if (letter === "s") {
    const slot = kernel.entry(pid, addr).slot ?? { type: 0, offset: 0 };
    pages.slots[page] = slot.type * SLOTS_PER_TYPE + slot.offset + 1;
    if (sums !== undefined) addSwapped(sums, kernel.slot(slot.type, slot.offset).count);
    return;
  }
  if (letter === "-" || !isPtePresent(low)) return;
  lookAtPresent(kernel, addr, low, high, pages, page, sums);
}

function lookAtPresent(
  { machine }: Kernel,
  addr: number,
  low: number,
  high: number,
  pages: Pages,
  page: number,
  sums: AreaSums | undefined,
): void {
  const { map } = machine.mm;
  const isHuge = isPteHuge(low);
  const head = ptePfn(low, high);
  const pfn = isHuge ? head + ((addr / PAGE_SIZE) % HUGE_PAGES) : head;
  const isZero = isPteSpecial(low);
  const mapcount = isZero ? 0 : pageMapcount(map, pfn);
  pages.mapcount[page] = mapcount;
  pages.dirty[page] = isPteDirty(low) ? 1 : 0;
  pages.young[page] = isPteYoung(low) ? 1 : 0;
  if (isHuge) pages.huge[page] = hugeLetter(low);
  if (isZero) return;
  pages.frames[page] = pfn + 1;
  if (sums === undefined) return;
  const flags = map.flags[pfn];
  const isAnon = isPageAnon(map, pfn);
  const isDirty = isPteDirty(low) || (flags & PageFlag.DIRTY) !== 0;
  const isLazyFree = isAnon && !isDirty && (flags & PageFlag.SWAPBACKED) === 0;
  const isYoung = isPteYoung(low) || isPageReferenced(map, pfn);
  addPage(sums, { mapcount, isDirty, isYoung, isAnon, isLazyFree, isHuge });
}

function hugeLetter(low: number): string {
  if (isPteSpecial(low)) return "z";
  return isPteWrite(low) ? "W" : "r";
}

function pagesState(
  pages: Pages,
  canons: Canons,
  before: Float64Array,
): Omit<RegionState, "smaps" | "vmas"> {
  const frames = idRuns(pages.frames, canons.frame);
  const newFrames = changedRuns(before, pages.frames);
  const slots = idRuns(pages.slots, canons.slot);
  return {
    entries: runText(pages.entries),
    mapcount: runText(pages.mapcount),
    dirty: runText(pages.dirty),
    young: runText(pages.young),
    ...(pages.entries.includes("H") && { huge: runText(pages.huge) }),
    ...(frames.length > 0 && { frames }),
    ...(newFrames.length > 0 && { newFrames }),
    ...(slots.length > 0 && { slots }),
  };
}

function sumsOf(sums: readonly AreaSums[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const name of SMAPS_FIELDS) {
    const sum = sums.reduce((before, one) => before + one[name], 0);
    if (sum !== 0) total[name] = sum;
  }
  return total;
}

const vmaState = (
  proc: Profile["proc"],
  vma: Vma,
  { Pss }: AreaSums,
  start: number,
): RecordedVma => [
  (vma.start - start) / PAGE_SIZE,
  (vma.end - start) / PAGE_SIZE,
  permsText(vma.flags),
  vmFlagsText(proc, vma.flags),
  vma.anonVma === null ? 0 : 1,
  Pss,
];
