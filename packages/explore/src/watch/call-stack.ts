/** Which kernel functions a thread is in, as far as they tell of themselves. */
import type { HeldLock, KernelEvent } from "@forkpath/sync";

export class CallStack {
  private readonly functions: string[];

  /** @param name stands for the function that is outside of all */
  constructor(name: string) {
    this.functions = [name];
  }

  /** The innermost function; outside of all, the one that took the last lock. */
  innermost(held: readonly HeldLock[]): string {
    const isInside = this.functions.length > 1;
    return (isInside ? undefined : held.at(-1)?.where) ?? this.functions[this.functions.length - 1];
  }

  /** A call counts as the function's own event; its return as the last one. */
  follow(event: KernelEvent): void {
    if (event.kind === "call") this.functions.push(event.fn);
    else if (event.kind === "return" && this.functions.length > 1) this.functions.pop();
  }
}
