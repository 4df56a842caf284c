/** Random numbers that a seed fixes: the same history from the same seed, on every machine. */
import type { Random } from "@forkpath/scenario";

/** Mulberry32: 32 bits of state, which is plenty for a few thousand choices. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return (word ^ (word >>> 14)) >>> 0;
  };
  const below = (end: number): number => Math.floor((next() / 2 ** 32) * end);
  return {
    below,
    once: (times) => below(times) === 0,
    pick: (items) => items[below(items.length)],
  };
}
