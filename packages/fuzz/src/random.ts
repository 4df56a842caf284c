/** Random numbers that a seed fixes: the same history from the same seed, on every machine. */
import { Random as Source } from "@forkpath/interleave";
import type { Random } from "@forkpath/scenario";

export function createRandom(seed: number): Random {
  const source = new Source();
  source.restart(seed, 0);
  const below = (end: number): number => source.below(end);
  return {
    below,
    once: (times) => below(times) === 0,
    pick: (items) => items[below(items.length)],
  };
}
