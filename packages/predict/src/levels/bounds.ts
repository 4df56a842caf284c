/**
 * What cannot be known exactly, and between which numbers it lies.
 *
 * Without frame numbers nobody knows how many entries map a shared page: two or a hundred. smaps
 * tells the sum of the shares, and x/(1 + x) is concave, so the sum after the fork lies between the
 * one where as many pages as possible are shared by two, and the one where all are shared alike.
 */
import { KB_PER_PAGE } from "@forkpath/abi";
import type { LoadedArea, Loading } from "../load/loading.ts";
import { pagesOfKb } from "../load/page-record.ts";
import type { Side } from "../read/side.ts";

/** kB; the number itself lies between, or is one of them. */
export interface Bounds {
  /** The least. */
  readonly low: number;
  /** The most. */
  readonly high: number;
}

/** An estimate, and what it lies between. */
export interface Estimate extends Bounds {
  readonly value: number;
}

export interface ShareEstimates {
  readonly parent: Estimate;
  readonly child: Estimate;
}

/** smaps cuts shares off to whole kB. */
const LOST = 0.25; // pages
/**
 * Pss of parent and of each child, from the sums of smaps alone.
 * @param children how many entries more map each page
 */
export function pssEstimates(load: Loading, children: number): ShareEstimates {
  // What the child's copies come to, and what the parent's lose, in pages.
  const gained = { value: 0, low: 0, high: 0 };
  const lost = { value: 0, low: 0, high: 0 };
  for (const area of load.areas.filter(({ isCopied }) => isCopied)) {
    const { rows } = area.captured;
    const alone = pagesOfKb((rows.Private_Clean ?? 0) + (rows.Private_Dirty ?? 0));
    const shared = pagesOfKb((rows.Shared_Clean ?? 0) + (rows.Shared_Dirty ?? 0));
    const share = Math.max((rows.Pss ?? 0) / KB_PER_PAGE - alone, 0);
    const cutOff = shared === 0 ? 0 : LOST;
    const after = (sum: number): number => alike(sum, shared, children);
    const least = (sum: number): number => Math.min((sum * 2) / (2 + children), after(sum));
    const ofAlone = alone / (1 + children);
    const middle = share + cutOff / 2;
    gained.value += ofAlone + after(middle);
    gained.low += ofAlone + least(share);
    gained.high += ofAlone + after(share + cutOff);
    lost.value += alone - ofAlone + middle - after(middle);
    lost.low += alone - ofAlone + share - after(share);
    lost.high += alone - ofAlone + share + cutOff - least(share + cutOff);
  }
  const whole = load.captured.rollup?.Pss ?? sumOfPss(load.areas);
  // The page with the id of the thread is each side's own (C8).
  const own = KB_PER_PAGE - KB_PER_PAGE / (1 + children);
  const child = (pages: number): number => pages * KB_PER_PAGE + own;
  const parent = (pages: number): number => whole - pages * KB_PER_PAGE + own;
  return {
    child: rounded(child(gained.value), child(gained.low), child(gained.high)),
    parent: rounded(parent(lost.value), parent(lost.high), parent(lost.low)),
  };
}

/** Sum of the shares after more entries map each page, if all are shared by as many. */
const alike = (share: number, pages: number, more: number): number =>
  pages === 0 ? 0 : share / (1 + (more * share) / pages);

const sumOfPss = (areas: readonly LoadedArea[]): number =>
  areas.reduce((sum, { captured }) => sum + (captured.rows.Pss ?? 0), 0);

const rounded = (value: number, low: number, high: number): Estimate => ({
  value: Math.round(value),
  low: Math.floor(low),
  high: Math.ceil(high),
});

/**
 * SwapPss of both sides: exact if every slot had one user before, since then it has two.
 * @param side as the model has it, with as many users before as the areas' SwapPss tells of
 */
export function swapPssEstimate(load: Loading, side: Side): Estimate {
  const { value, copied } = swapSums(load.areas);
  const exact = side.rollup.SwapPss;
  if (value === copied) return { value: exact, low: exact, high: exact };
  const rest = sumOfSwapPss(load.areas.filter(({ isCopied }) => !isCopied));
  const high = value / (1 + value / Math.max(copied, 1));
  const [least, most] = [Math.floor(value / 2 + rest), Math.ceil(high + 1 + rest)];
  return { value: Math.min(Math.max(exact, least), most), low: least, high: most };
}

/** SwapPss and swap of the copied areas. */
function swapSums(areas: readonly LoadedArea[]): { value: number; copied: number } {
  const copied = areas.filter(({ isCopied }) => isCopied);
  const swap = copied.reduce((sum, area) => sum + area.swap * KB_PER_PAGE, 0);
  return { value: sumOfSwapPss(copied), copied: swap };
}

const sumOfSwapPss = (areas: readonly LoadedArea[]): number =>
  areas.reduce((sum, { captured }) => sum + (captured.rows.SwapPss ?? 0), 0);

/**
 * What the child shows as used lately: its entries are new, and the marks of pages stay. Where a
 * tracker of idle pages runs, such as DAMON, a page that it looked at may count too.
 */
export function referencedBounds(load: Loading, child: Side): Bounds {
  const low = child.rollup.Referenced;
  const copied = load.areas.filter(({ isCopied }) => isCopied);
  if (load.level === "frames") {
    const idle = copied.reduce((sum, area) => sum + area.idle, 0);
    return { low, high: Math.min(low + idle * KB_PER_PAGE, child.rollup.Rss) };
  }
  const seen = copied.reduce((sum, { captured }) => sum + (captured.rows.Referenced ?? 0), 0);
  return { low, high: Math.max(seen, low) };
}
