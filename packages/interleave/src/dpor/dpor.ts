/**
 * Dynamic partial order reduction with source sets and sleep sets (Abdulla, Aronis, Jonsson and
 * Sagonas, 2014): one order for steps whose order cannot matter.
 *
 * Schedules that differ only in the order of independent steps form a class and end alike. Each
 * class is run at least once. The search starts from one run, looks for races in it, and branches
 * only where reversing a race needs it. A sleep set holds the threads whose next steps were tried
 * at an earlier place, and are independent of every step since: to run one would repeat a class.
 * When only sleeping threads are ready, the run is cut.
 *
 * Locks and conditions make steps that wait, which the paper leaves out. Here a step that was seen
 * to change whether a thread is ready depends on that thread's next step. A thread that has to wait
 * is searched for races at once, since it may wait for ever. A step that ends the run in failure
 * depends on every other step: it keeps them from happening.
 */
import { isChoice, isIn, lowest } from "../bits.ts";
import { type Dependence, sameObject } from "../point.ts";
import { PrefixDealer, type Shard } from "../shard.ts";
import { CUT, FOREIGN, RunEnd, type RunView, type Search, type Strategy } from "../strategy.ts";
import { History } from "./history.ts";
import { RaceFinder } from "./races.ts";

export interface DporOptions {
  /** Which steps depend on each other; by default those on one object. */
  readonly dependent?: Dependence;
}

/**
 * At least one schedule of each class. Outcomes, deadlocks and throws are the same within a class,
 * and so all are found. An `outcome` or `final` that looks at the order of independent steps, as a
 * log shared by all threads shows it, may differ within a class. An `invariant` that relates what
 * independent steps change may break in some schedules of a class only: use `dfs` for those.
 */
export const dpor = ({ dependent = sameObject() }: DporOptions = {}): Strategy => ({
  name: "dpor",
  begin: (shard) => new ReducedSearch(shard, dependent),
});

class ReducedSearch implements Search {
  private readonly dealer: PrefixDealer;
  private readonly history: History;
  private readonly races: RaceFinder;
  /** The path, one place before each step: the thread taken there, and sets of threads. */
  private readonly taken: number[] = [];
  /** To be tried sooner or later. */
  private readonly branches: number[] = [];
  /** Tried before, and their runs explored. */
  private readonly done: number[] = [];
  /** Asleep already when the search first came here. */
  private readonly asleep: number[] = [];
  /** Those of `done` whose step ended the run in failure. */
  private readonly failed: number[] = [];
  /** How many real choices come before. */
  private readonly choicesBefore: number[] = [];
  /** Places of the path that the next run walks again; at the last one it turns. */
  private pathLength = 0;
  private isFirst = true;

  constructor(shard: Shard, dependent: Dependence) {
    this.dealer = new PrefixDealer(shard);
    this.history = new History(dependent);
    this.races = new RaceFinder(this.history, (index, initials, thread) =>
      this.branch(index, initials, thread),
    );
  }

  next(): boolean {
    const ran = this.history.length;
    this.history.restart();
    if (this.isFirst) {
      this.isFirst = false;
      return true;
    }
    for (let at = ran - 1; at >= 0; at--) {
      this.done[at] |= 1 << this.taken[at];
      const untried = this.branches[at] & ~this.done[at] & ~this.asleep[at];
      if (untried === 0) continue;
      this.taken[at] = lowest(untried);
      this.pathLength = at + 1;
      this.dealer.branchAt(this.choicesBefore[at]);
      return true;
    }
    return false;
  }

  choose(run: RunView, ready: number): number {
    const at = run.steps;
    if (at >= this.pathLength) {
      const refusal = this.open(run, ready);
      if (refusal !== 0) return refusal;
    }
    const thread = this.taken[at];
    const point = run.pending[thread];
    if (at < this.pathLength - 1) this.history.repeat(thread, point);
    else this.history.push(thread, point, this.races.scan(thread, point));
    return thread;
  }

  finish(run: RunView, end: RunEnd): boolean {
    if (end === RunEnd.FAILED) this.learnFromFailure(run);
    return this.dealer.isMine();
  }

  covers(): string {
    return "every class of schedules that differ only in the order of independent steps";
  }

  /** A place that no run has come to yet. Returns 0, or `CUT` or `FOREIGN`. */
  private open(run: RunView, ready: number): number {
    const at = this.history.length;
    if (at === 0) {
      this.history.admit(run.threadNames.length);
      this.races.admit(run.threadNames.length);
    }
    this.history.ready[at] = ready;
    this.choicesBefore[at] =
      at === 0 ? 0 : this.choicesBefore[at - 1] + Number(isChoice(this.history.ready[at - 1]));
    const isPrefix = this.choicesBefore[at] < this.dealer.depth;
    if (!isPrefix && isChoice(ready) && !this.dealer.isMine()) return FOREIGN;
    this.scanWaiting(run, ready);
    this.asleep[at] = at === 0 ? 0 : this.stillAsleep(run, at - 1) & ready;
    const awake = ready & ~this.asleep[at];
    if (awake === 0) return CUT;
    this.taken[at] = isIn(awake, run.lastThread) ? run.lastThread : lowest(awake);
    // All shards have to meet the same prefixes, so there the search branches to every thread.
    this.branches[at] = isPrefix ? awake : 1 << this.taken[at];
    this.done[at] = 0;
    this.failed[at] = 0;
    return 0;
  }

  /** A thread that has just begun to wait may never run: its races are looked for now. */
  private scanWaiting(run: RunView, ready: number): void {
    const { history } = this;
    const readyBefore = history.length === 0 ? 0 : history.ready[history.length - 1];
    for (let rest = run.live & ~ready; rest !== 0; rest &= rest - 1) {
      const thread = lowest(rest);
      if (isIn(readyBefore, thread) || history.hasJustArrived(thread)) {
        this.races.scan(thread, run.pending[thread]);
      }
    }
  }

  /** Threads asleep at place `at` that the step taken there does not wake. */
  private stillAsleep(run: RunView, at: number): number {
    let asleep = (this.asleep[at] | this.done[at]) & ~this.failed[at] & ~(1 << this.taken[at]);
    for (let rest = asleep; rest !== 0; rest &= rest - 1) {
      const thread = lowest(rest);
      if (this.history.dependsOn(at, thread, run.pending[thread])) asleep &= ~(1 << thread);
    }
    return asleep;
  }

  /** Makes sure that one of the initials is tried at place `index`. */
  private branch(index: number, initials: number, thread: number): boolean {
    const able = initials & this.history.ready[index];
    if (able === 0) return false;
    if ((able & (this.branches[index] | this.asleep[index])) === 0) {
      this.branches[index] |= 1 << (isIn(able, thread) ? thread : lowest(able));
    }
    return true;
  }

  private learnFromFailure(run: RunView): void {
    const { history } = this;
    const last = history.length - 1;
    if (run.failure?.kind === "deadlock") {
      history.ready[history.length] = 0;
      this.scanWaiting(run, 0);
    } else if (last >= 0) {
      this.branches[last] |= history.ready[last];
      this.failed[last] |= 1 << this.taken[last];
    }
  }
}
