/** Arithmetic of unsigned longs, as far as it shows. */

/**
 * `a - b` of two unsigned longs: what would be below 0 is close to 2^64 and passes every test that
 * follows (D17, an underflow that promises all). Infinity stands for it: no later step can bring it
 * back.
 * @modelOnly a subtraction in C
 */
export const minus = (a: number, b: number): number => (a >= b ? a - b : Number.POSITIVE_INFINITY);
