/** Random numbers that a seed fixes: the same history from the same seed, on every machine. */

export interface Random {
  /** An integer from 0 up to, and without, `end`. */
  below(end: number): number;
  /** True once in `times`. */
  once(times: number): boolean;
  /** One of the items, of which there must be some. */
  pick<Item>(items: readonly Item[]): Item;
}

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
