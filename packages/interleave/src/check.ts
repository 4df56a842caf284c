/** How misuse of this package is told, at its exported borders. */

/** @throws RangeError unless `value` is an integer from `min` to `max` */
export function expectInteger(
  where: string,
  what: string,
  value: number,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return;
  const upTo = max === Number.MAX_SAFE_INTEGER ? "up" : `to ${max}`;
  throw new RangeError(`${where}: ${what} must be an integer from ${min} ${upTo}, got ${value}`);
}
