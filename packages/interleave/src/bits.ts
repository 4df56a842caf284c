/** Sets of threads as bits of one word: thread `t` is in a set when bit `t` is 1. */

export const isIn = (set: number, thread: number): boolean => ((set >>> thread) & 1) !== 0;

/** The lowest thread of a set that is not empty. */
export const lowest = (set: number): number => 31 - Math.clz32(set & -set);

/** Threads of the set that come after `thread`. */
export const higherThan = (set: number, thread: number): number => set & (-2 << thread);

/** False for one thread, or none: there is nothing to choose. */
export const isChoice = (set: number): boolean => (set & (set - 1)) !== 0;

/** How many threads the set has. */
export function countOf(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}
