/**
 * How misuse of this package is told, at its exported borders.
 *
 * @forkpath/abi has a check of the same name, with the kernel's sizes and hex addresses in it. This
 * package knows no kernel and imports nothing, so it has its own.
 */

/** Misuse of a border: the message is `where: wanted`. */
export class WantedError extends RangeError {
  readonly #wanted: string;

  constructor(where: string, wanted: string) {
    super(`${where}: ${wanted}`);
    this.#wanted = wanted;
  }

  /** The message without the function's name, for a reader who has not called it. */
  get wanted(): string {
    return this.#wanted;
  }
}

/** @throws WantedError unless `value` is an integer from `min` to `max` */
export function expectInteger(
  where: string,
  what: string,
  value: number,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return;
  const upTo = max === Number.MAX_SAFE_INTEGER ? "up" : `to ${max}`;
  throw new WantedError(where, `${what} must be an integer from ${min} ${upTo}, got ${value}`);
}
