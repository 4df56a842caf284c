/**
 * Counts above 62: the higher digits of a slot's count (SPEC §3.4).
 *
 *    swapMap   [ .. | d0 | .. ]     N = d0 + 63 * (d1 + 128 * (d2 + ...))
 *    page 0    [ .. | d1 | .. ]     d0 runs to 62, the others to 127; bit 7 of each byte
 *    page 1    [ .. | d2 | .. ]     says that the next page holds another digit
 *
 * One chain of pages serves a stretch of 4096 slots, a column each. A fresh page is full of
 * garbage, so a byte means something only if the digit before it is marked as continued.
 * Everything here needs `swapLock`.
 */
import { InvariantError } from "@forkpath/sync";
import { digitPart, SwapMap, slotState } from "./map-byte.ts";
import type { SwapArea } from "./state.ts";

/** Slots that share a chain: one byte each fills a page. */
export const SLOTS_PER_CHAIN = 4096;
/** A continuation byte at its largest, with another digit behind it. */
const FULL_AND_CONTINUED: number = SwapMap.CONTINUED | SwapMap.CONT_MAX;
const RADIX_OF_MAP = 63;
const RADIX_OF_PAGE = 128;

/**
 * The chain of the slot's stretch, or undefined where no count ever passed 62.
 * @kernel the list at the vmalloc page behind swap_map in mm/swapfile.c
 */
export const chainOf = (area: SwapArea, offset: number): Uint8Array[] | undefined =>
  area.continuations.get(Math.floor(offset / SLOTS_PER_CHAIN));

/**
 * Carries one into the higher digits of a count whose lowest digit is full.
 * @param count the byte without its cache bit: 0x3e or 0xbe
 * @returns false, with nothing changed, when one more page is needed
 * @kernel swap_count_continued in mm/swapfile.c
 */
export function carryCount(area: SwapArea, offset: number, count: number): boolean {
  const chain = chainOf(area, offset);
  if (chain === undefined) return false;
  const column = offset % SLOTS_PER_CHAIN;
  if (count === SwapMap.MAX) {
    chain[0][column] = 1;
    return true;
  }
  let digit = skipDigits(chain, column, FULL_AND_CONTINUED);
  if (chain[digit][column] === SwapMap.CONT_MAX) {
    digit++;
    if (digit === chain.length) return false;
    chain[digit][column] = 0;
  }
  chain[digit][column]++;
  for (let i = 0; i < digit; i++) chain[i][column] = SwapMap.CONTINUED;
  return true;
}

/**
 * Borrows one from the higher digits of a count whose lowest digit is 0.
 * @returns whether higher digits remain, so that the caller's byte stays marked as continued
 * @throws InvariantError when there is nothing to borrow from
 * @kernel swap_count_continued in mm/swapfile.c
 */
export function borrowCount(area: SwapArea, offset: number): boolean {
  const column = offset % SLOTS_PER_CHAIN;
  const chain = chainOf(area, offset) ?? [];
  const digit = skipDigits(chain, column, SwapMap.CONTINUED);
  if (chain[digit][column] === 0) {
    throw new InvariantError("continued-count", `slot ${offset} borrows from a digit that is 0`);
  }
  chain[digit][column]--;
  const isGone = chain[digit][column] === 0;
  for (let i = 0; i < digit; i++) chain[i][column] = FULL_AND_CONTINUED;
  if (isGone && digit > 0) chain[digit - 1][column] = SwapMap.CONT_MAX;
  return digit > 0 || !isGone;
}

/**
 * How many references the slot's digits add up to; exact below 2^53. 0 for an unused or bad slot
 * and for a shmem slot: those count nobody.
 * @throws InvariantError when a digit is marked as continued and has no successor
 * @modelOnly the kernel never decodes a count; __swap_count of later releases does
 */
export function decodeCount(area: SwapArea, offset: number): number {
  const byte = area.swapMap[offset];
  if (slotState(byte) !== "in-use") return 0;
  let count = digitPart(byte);
  let unit = RADIX_OF_MAP;
  for (const digit of continuedDigits(area, offset)) {
    count += (digit & SwapMap.CONT_MAX) * unit;
    unit *= RADIX_OF_PAGE;
  }
  return count;
}

/**
 * The slot's continuation bytes, lowest digit first, up to the first one without the mark.
 * @throws InvariantError when a digit is marked as continued and has no successor
 * @modelOnly a debugger's look
 */
export function continuedDigits(area: SwapArea, offset: number): number[] {
  const chain = chainOf(area, offset) ?? [];
  const digits: number[] = [];
  let byte = area.swapMap[offset];
  if (slotState(byte) !== "in-use") return digits;
  while (byte & SwapMap.CONTINUED) {
    if (digits.length === chain.length) throw endOfChain(offset % SLOTS_PER_CHAIN, chain);
    byte = chain[digits.length][offset % SLOTS_PER_CHAIN];
    digits.push(byte);
  }
  return digits;
}

/** Position of the first page whose byte in `column` is not `skipped`. */
function skipDigits(chain: readonly Uint8Array[], column: number, skipped: number): number {
  let digit = 0;
  while (digit < chain.length && chain[digit][column] === skipped) digit++;
  if (digit === chain.length) throw endOfChain(column, chain);
  return digit;
}

const endOfChain = (column: number, chain: readonly Uint8Array[]): InvariantError =>
  new InvariantError(
    "continued-count",
    `column ${column} is continued beyond its chain of ${chain.length} pages`,
  );
