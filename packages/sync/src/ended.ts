/**
 * A kernel path that has come to its end already, for `yield*`.
 *
 * A generator costs more than most single steps do. Where no other thread runs before a step, it
 * can be made at once:
 *
 *     if (sync.interleaved && !goesOver(sync.passing, point)) return stepLater(…);  a generator
 *     return ended(step());
 *
 * Such a function does its work when it is called, not when it is first resumed. So what it hands
 * back is delegated to at once, with `yield*`, and never kept for later.
 */
import type { KernelThread } from "./point.ts";

class Ended<T> implements Generator<never, T, void> {
  readonly done = true;
  readonly value: T;

  constructor(value: T) {
    this.value = value;
  }

  next(): IteratorReturnResult<T> {
    return this;
  }

  return(value: T): IteratorReturnResult<T> {
    return { done: true, value };
  }

  throw(error: unknown): never {
    throw error;
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.dispose](): void {}
}

/** @modelOnly a call that returns */
export const ended = <T>(value: T): KernelThread<T> => new Ended(value);

/**
 * Of a path that returns nothing.
 * @modelOnly a call that returns
 */
export const DONE: KernelThread<void> = new Ended(undefined);
/** @modelOnly a call that returns true */
export const YES: KernelThread<boolean> = new Ended(true);
/** @modelOnly a call that returns false */
export const NO: KernelThread<boolean> = new Ended(false);
