/**
 * A run along a rough plan: turns of threads, taken as far as they can be.
 *
 * A turn ends early when its thread waits or returns. After the last turn, the running thread goes
 * on as long as it can, and then the lowest ready thread.
 */
import { isIn, lowest } from "./bits.ts";
import type { Chooser, RunView } from "./strategy.ts";

/** Steps that one thread takes in a row. */
export interface Turn {
  readonly thread: number;
  readonly count: number;
}

export class Guide implements Chooser {
  private readonly turns: readonly Turn[];
  private turn = 0;
  private stepsInTurn = 0;

  constructor(turns: readonly Turn[]) {
    this.turns = turns;
  }

  choose(run: RunView, ready: number): number {
    for (; this.turn < this.turns.length; this.turn++, this.stepsInTurn = 0) {
      const { thread, count } = this.turns[this.turn];
      if (this.stepsInTurn === count || !isIn(ready, thread)) continue;
      this.stepsInTurn++;
      return thread;
    }
    return isIn(ready, run.lastThread) ? run.lastThread : lowest(ready);
  }
}

/** Steps as turns. */
export function turnsOf(steps: ReadonlyArray<{ readonly thread: number }>): Turn[] {
  const turns: Turn[] = [];
  for (const { thread } of steps) {
    const last = turns.at(-1);
    if (last?.thread === thread) turns[turns.length - 1] = { thread, count: last.count + 1 };
    else turns.push({ thread, count: 1 });
  }
  return turns;
}

/** The plans that differ from `turns` in one turn: dropped, or joined to another of its thread. */
export function* simplerPlans(turns: readonly Turn[]): Generator<Turn[], void, void> {
  for (const [at, { thread, count }] of turns.entries()) {
    const rest = turns.toSpliced(at, 1);
    const isSameThread = (turn: Turn): boolean => turn.thread === thread;
    const before = rest.slice(0, at).findLastIndex(isSameThread);
    const after = rest.findIndex((turn, index) => index >= at && isSameThread(turn));
    for (const place of [before, after]) {
      if (place < 0) continue;
      yield rest.with(place, { thread, count: rest[place].count + count });
    }
    yield rest;
  }
}
