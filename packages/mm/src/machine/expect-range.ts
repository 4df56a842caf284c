/** What calls on a range of addresses demand of it. */
import { expectInteger } from "@forkpath/abi";

/** Where addresses that the model can hold exactly end, in bytes. */
const ADDRESS_END: number = 2 ** 52;

/**
 * @param where the exported function
 * @param start first byte
 * @param len bytes
 * @throws RangeError or TypeError unless both are non-negative integers
 * @modelOnly the kernel's are unsigned longs
 */
export function expectRange(where: string, start: number, len: number): void {
  expectInteger(where, "start", start, 0, ADDRESS_END);
  expectInteger(where, "len", len, 0, ADDRESS_END);
}
