/**
 * Which kernel functions a thread is in, as far as they tell of themselves: by their entry and
 * return, or at least by the locks that they hold.
 */
import type { KernelEvent } from "@forkpath/events";

interface Held {
  readonly owner: string;
  readonly lockClass: string;
  /** The function that took it. */
  readonly where: string;
}

export class CallStack {
  private readonly outside: string;
  private readonly functions: string[] = [];
  private readonly locks: Held[] = [];

  /** @param name stands for the function that is outside of all */
  constructor(name: string) {
    this.outside = name;
  }

  /** The innermost function; outside of all, the one that took the last lock. */
  get innermost(): string {
    return this.functions.at(-1) ?? this.locks.at(-1)?.where ?? this.outside;
  }

  /** A call counts as the function's own event; its return as the last one. */
  follow(event: KernelEvent): void {
    switch (event.kind) {
      case "call":
        this.functions.push(event.fn);
        break;
      case "return":
        this.functions.pop();
        break;
      case "lock":
        this.locks.push(event);
        break;
      case "unlock": {
        const index = this.locks.findLastIndex((lock) => isSameLock(lock, event));
        if (index >= 0) this.locks.splice(index, 1);
        break;
      }
      default:
    }
  }
}

/** Page-table locks of one mm count as one: a thread seldom holds two. */
const isSameLock = (a: Held, b: Held): boolean =>
  a.owner === b.owner && a.lockClass === b.lockClass;
