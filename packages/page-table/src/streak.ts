/**
 * A streak: entries that map one frame after the other, with the same bits beside it.
 *
 *    low words    0x5867  0x6867  0x7867  0x9867      a streak of three, and one that is not in it
 *
 * Memory that was filled from end to end is made of them. One look at the first entry tells what
 * all of them are.
 */
import { PAGE_SIZE } from "@forkpath/abi";

/**
 * How many entries from `at` on form a streak, at most `limit`; at least 1.
 * @param low the low words of one chunk, `high` their high words
 * @modelOnly the kernel looks at every entry anew
 */
export function streakLength(
  low: Uint32Array,
  high: Uint32Array,
  at: number,
  limit: number,
): number {
  const end = at + limit;
  const highWord = high[at];
  let next = at;
  let lowWord = low[at] | 0; // as int32: an unsigned sum would not stay in a register
  while (next < end && (low[next] | 0) === lowWord && high[next] === highWord) {
    next++;
    lowWord = (lowWord + PAGE_SIZE) | 0;
  }
  return next - at;
}
