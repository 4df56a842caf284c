/** Numbers as the kernel prints them with `%#lx`: in lower-case hex, with `0x` before. */

/**
 * `0x1a0c`. Exact for bigints, and for whole numbers below 2^53.
 * @modelOnly the %#lx of printk
 * @example
 * ```ts
 * import { hex } from "@forkpath/abi";
 * console.log(hex(4096), hex(2n ** 64n - 1n)); // 0x1000 0xffffffffffffffff
 * ```
 */
export const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/**
 * A byte with both of its digits: `0x0f`.
 * @modelOnly the %#04x of printk
 */
export const hexByte = (byte: number): string => `0x${byte.toString(16).padStart(2, "0")}`;
