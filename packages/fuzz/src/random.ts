/** Random numbers that a seed fixes: the same history from the same seed, on every machine. */
import { Random as Source } from "@forkpath/interleave";
import { type Chance, chanceFrom } from "@forkpath/scenario/internal";

export function createRandom(seed: number): Chance {
  const source = new Source();
  source.restart(seed, 0);
  return chanceFrom((end) => source.below(end));
}
