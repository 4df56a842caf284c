/** The same random order every time, so that two runs of a benchmark touch the same cells. */

/** Multiplier and increment of a full-period generator modulo 2^32. */
const MULTIPLIER = 1_664_525;
const INCREMENT = 1_013_904_223;
const MODULUS = 2 ** 32;

/** 0 to `length - 1`, each once, in an order that depends on `seed` only. */
export function shuffled(length: number, seed = 1): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index);
  let state = seed >>> 0;
  for (let last = length - 1; last > 0; last--) {
    state = (Math.imul(state, MULTIPLIER) + INCREMENT) >>> 0;
    const other = Math.floor((state / MODULUS) * (last + 1)); // the high bits are the random ones
    const kept = order[last];
    order[last] = order[other];
    order[other] = kept;
  }
  return order;
}
