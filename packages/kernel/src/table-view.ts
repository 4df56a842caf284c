/**
 * Page tables as columns: what a page map is drawn from. One object for 512 entries, none for an
 * entry, so that gigabytes can be looked at after every step.
 */
import { PAGE_SIZE, PMD_SIZE, PTRS_PER_TABLE } from "@forkpath/abi";
import { entryLetter, type MmEnv, type MmStruct } from "@forkpath/mm";
import { isPtePresent, ptePfn, visitTables } from "@forkpath/page-table";
import { isPageLarge, type MemMap, pageMapcount } from "@forkpath/rmap";
import { swpOffset, swpPfn } from "@forkpath/swap";

/** Half-open in bytes: [start, start + 2 MiB). The columns have a cell for each page. */
export interface TableView {
  /** Bytes. */
  readonly start: number;
  /** Whether one pmd maps all of it: a huge page, whose every cell is the same entry. */
  readonly isHuge: boolean;
  /** Character codes of `EntryLetter`. */
  readonly letters: Uint8Array;
  /** The frame that is mapped, is migrating or went bad; of a swapped page its slot; else -1. */
  readonly frames: Int32Array;
  /** Entries that map the frame; 0 where no frame of the machine is mapped. */
  readonly mapcounts: Int32Array;
  /** References to the frame. */
  readonly counts: Int32Array;
  /** The two words of the entry, as the model keeps them. */
  readonly low: Uint32Array;
  /** Bits 32 to 63. */
  readonly high: Uint32Array;
}

const NONE = "-".charCodeAt(0);
const NO_FRAME = -1;

/**
 * Every table that has an entry, by address.
 * @modelOnly a debugger's look
 */
export function tableViews(env: MmEnv, mm: MmStruct): TableView[] {
  const views: TableView[] = [];
  let last = createView(-PMD_SIZE, false);
  visitTables(env.tables, mm.pgd, {
    pte: (addr, _cell, low, high) => {
      if (addr >= last.start + PMD_SIZE || last.isHuge) {
        last = createView(Math.floor(addr / PMD_SIZE) * PMD_SIZE, false);
        views.push(last);
      }
      fill(env, last, (addr - last.start) / PAGE_SIZE, low, high, 0);
    },
    hugePmd: (addr, _cell, low, high) => {
      last = createView(addr, true);
      views.push(last);
      for (let page = 0; page < PTRS_PER_TABLE; page++) fill(env, last, page, low, high, page);
    },
  });
  return views;
}

function createView(start: number, isHuge: boolean): TableView {
  return {
    start,
    isHuge,
    letters: new Uint8Array(PTRS_PER_TABLE).fill(NONE),
    frames: new Int32Array(PTRS_PER_TABLE).fill(NO_FRAME),
    mapcounts: new Int32Array(PTRS_PER_TABLE),
    counts: new Int32Array(PTRS_PER_TABLE),
    low: new Uint32Array(PTRS_PER_TABLE),
    high: new Uint32Array(PTRS_PER_TABLE),
  };
}

/** @param part which frame of a huge page it is */
function fill(
  env: MmEnv,
  view: TableView,
  at: number,
  low: number,
  high: number,
  part: number,
): void {
  const letter = entryLetter(env, low, high);
  view.letters[at] = letter.charCodeAt(0);
  view.low[at] = low;
  view.high[at] = high;
  if (letter === "s") {
    view.frames[at] = swpOffset(low, high);
    return;
  }
  const first = frameOf(letter, low, high);
  view.frames[at] = first === NO_FRAME ? first : first + part;
  if (!isPtePresent(low) || first >= env.map.nextFrame) return;
  const counted = countedFrame(env.map, first, part);
  view.mapcounts[at] = pageMapcount(env.map, counted);
  view.counts[at] = env.map.count[counted];
}

function frameOf(letter: string, low: number, high: number): number {
  if (letter === "M" || letter === "m" || letter === "h") return swpPfn(low, high);
  return isPtePresent(low) ? ptePfn(low, high) : NO_FRAME;
}

/** Pages of a large folio are counted one by one; other huge pages on their head. */
const countedFrame = (map: MemMap, head: number, part: number): number =>
  part > 0 && isPageLarge(map, head) ? head + part : head;
