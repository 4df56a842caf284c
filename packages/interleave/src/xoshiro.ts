/**
 * Seeded random numbers: xoshiro128** of Blackman and Vigna, its state filled by splitmix32.
 *
 * The period is 2^128 − 1. A generator belongs to one run of one seed, so that run 700 of seed 7
 * can be repeated without the 699 before it, and dealt to another machine.
 */
const GOLDEN_RATIO_32 = 0x9e3779b9; // 2^32 divided by the golden ratio, made odd
/** Seeds are unsigned 32-bit integers. */
export const MAX_SEED: number = 2 ** 32 - 1;
const TWO_32 = 2 ** 32;

/** A sequence of random numbers that only its seed and its run decide. */
export class Random {
  private readonly s: Uint32Array = new Uint32Array(4);

  /** Starts the sequence of `run` of `seed`, both 32-bit integers. */
  restart(seed: number, run: number): void {
    let counter = scramble(seed) ^ scramble(run + GOLDEN_RATIO_32);
    for (let i = 0; i < 4; i++) {
      counter = (counter + GOLDEN_RATIO_32) | 0;
      this.s[i] = scramble(counter);
    }
  }

  /** An integer from 0 to `limit` − 1. Its bias is below `limit` / 2^32. */
  below(limit: number): number {
    return Math.floor((this.next() / TWO_32) * limit);
  }

  private next(): number {
    const { s } = this;
    const drawn = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotateLeft(s[3], 11);
    return drawn;
  }
}

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** The finalizer of splitmix32: every input bit reaches every output bit. */
function scramble(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x21f0aaad);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}
