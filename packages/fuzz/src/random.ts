/** Random numbers that a seed fixes: the same history from the same seed, on every machine. */
import { Random as Source } from "@forkpath/interleave";
import type { Chance } from "@forkpath/scenario/internal";

export function createRandom(seed: number): Chance {
  const source = new Source();
  source.restart(seed, 0);
  const below = (end: number): number => source.below(end);
  return {
    below,
    once: (times) => below(times) === 0,
    pick: (items) => items[below(items.length)],
  };
}
