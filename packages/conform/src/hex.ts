/** Numbers as the vectors write them: lower-case hex texts. */

/** `0x1a0c`. Exact for bigints, and for numbers below 2^53. */
export const toHex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** A byte of the swap map, always two digits: `0x0f`. */
export const toHexByte = (byte: number): string => `0x${byte.toString(16).padStart(2, "0")}`;
