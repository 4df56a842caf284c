/**
 * What every exported border says when it is misused: function, what was wanted, what came.
 *
 * Only borders call these. Inside the model a wrong number is a bug of the model, and shows as
 * an InvariantError.
 */
import { hex } from "./hex.ts";
import { USER_END } from "./pages.ts";

/** `value` as a message shows it: hex for an address or frame, plain for the rest. */
const shown = (value: unknown): string =>
  typeof value === "number" && Number.isInteger(value) && value >= 4096
    ? hex(value)
    : typeof value === "bigint"
      ? `${value}n`
      : String(value);

/**
 * @throws TypeError unless `value` is a number that is an integer
 * @throws RangeError unless `least <= value <= most`
 * @modelOnly C's types say as much of an argument, or nobody asks
 */
export function expectInteger(
  where: string,
  what: string,
  value: number,
  least: number,
  most: number,
): void {
  if (!Number.isInteger(value)) {
    throw new TypeError(`${where}: ${what} must be an integer, got ${shown(value)}`);
  }
  if (value < least || value > most) {
    throw new RangeError(
      `${where}: ${what} must be from ${shown(least)} to ${shown(most)}, got ${shown(value)}`,
    );
  }
}

/**
 * @throws TypeError unless `value` is an integer
 * @throws RangeError unless it is a multiple of `unit` from 0 up to 2^47
 * @modelOnly the kernel's callers round before, or return -EINVAL
 */
export function expectAligned(where: string, what: string, value: number, unit: number): void {
  expectInteger(where, what, value, 0, USER_END);
  if (!Number.isInteger(value / unit)) {
    throw new RangeError(
      `${where}: ${what} must be a multiple of ${shown(unit)}, got ${shown(value)}`,
    );
  }
}
