/**
 * Optimal dynamic partial order reduction (Abdulla, Aronis, Jonsson and Sagonas, JACM 2017): one
 * order for steps whose order cannot matter.
 *
 * Schedules that differ only in the order of independent steps form a class and end alike. Each
 * class is run once. The search starts from one run, looks for races in it, and branches only where
 * reversing a race needs it. A sleep set holds the threads whose next steps were tried at an
 * earlier place, and are independent of every step since: to run one would repeat a class. A branch
 * comes with the whole sequence of threads that reverses its race. Along it every sleeper wakes up,
 * so that no run has to be cut because only sleepers are left. Sequences that begin alike share
 * their beginning: they make a tree, the wakeup tree.
 *
 * Locks and conditions make steps that wait, which the paper leaves out. Here a step that was seen
 * to change whether a thread is ready depends on that thread's next step. A thread that waits at
 * the end of a run is searched for races as if it had gone on. Where a sequence turns out to wait,
 * the run goes on without it; it may be cut then. A step that ends the run in failure depends on
 * every other step: it keeps them from happening.
 */
import { isChoice, isIn, lowest } from "../bits.ts";
import { type Dependence, type Order, type Point, sameObject } from "../point.ts";
import { type Claims, PrefixDealer, type Shard } from "../shard.ts";
import { CUT, FOREIGN, RunEnd, type RunView, type Search, type Strategy } from "../strategy.ts";
import { History } from "./history.ts";
import { Match, NO_RACE, RaceFinder } from "./races.ts";

/** What the search knows of the program besides its points. */
export interface DporOptions {
  /** Which steps depend on each other; by default those on one object. */
  readonly dependent?: Dependence;
  /**
   * Which of two such steps, earlier and later, have their order for certain: the earlier one lets
   * the later one go on, as an unlock does a lock. By default none. What is left out here costs
   * runs that are cut.
   */
  readonly forced?: Order;
  /**
   * Which of two dependent steps only keep each other out: they take or give back one lock, in
   * holds that have nothing in common (`Point.holds`), and so come to the same in either order.
   * Asked where there are two threads. By default none.
   */
  readonly apart?: Dependence;
}

/**
 * One schedule of each class. Outcomes, deadlocks and throws are the same within a class, and so
 * all are found. An `outcome` or `final` that looks at the order of independent steps, as a log
 * shared by all threads shows it, may differ within a class. An `invariant` that relates what
 * independent steps change may break in some schedules of a class only: use `dfs` for those.
 */
export const dpor = ({
  dependent = sameObject(),
  forced = () => false,
  apart = () => false,
}: DporOptions = {}): Strategy => ({
  name: "dpor",
  begin: (shard, claims) => new ReducedSearch(shard, claims, new History(dependent, apart), forced),
});

/** A branch to be taken, and those to be taken behind it. */
interface Wakeup {
  readonly thread: number;
  /** What the thread did there in the run that asked for the branch, if one did. */
  readonly point: Point | undefined;
  readonly next: Wakeup[];
}

/** What is known of one place of the path, which stands before a step. */
interface Place {
  /** The thread that is taken there. */
  taken: number;
  /** To be tried sooner or later, the first one first. */
  pending: Wakeup[];
  /** Asleep already when the search first came here. */
  asleep: number;
  /** Tried before, and their runs explored. */
  done: number;
  /** Those of `done` whose step ended the run in failure. */
  failed: number;
  /** How many real choices come before. */
  choicesBefore: number;
}

class ReducedSearch implements Search {
  private readonly dealer: PrefixDealer;
  private readonly history: History;
  private readonly races: RaceFinder;
  private readonly places: Place[] = [];
  /** Places of the path that the next run walks again; at the last one it turns. */
  private pathLength = 0;
  /** What is to be taken behind the place where the path was opened last. */
  private guide: Wakeup[] = [];
  private isFirst = true;

  constructor(shard: Shard, claims: Claims | undefined, history: History, forced: Order) {
    this.dealer = new PrefixDealer(shard, claims);
    this.history = history;
    this.races = new RaceFinder(this.history, forced);
  }

  next(): boolean {
    const ran = this.history.length;
    this.history.restart();
    if (this.isFirst) {
      this.isFirst = false;
      return true;
    }
    for (let at = ran - 1; at >= 0; at--) {
      const place = this.places[at];
      place.done |= 1 << place.taken;
      const branch = firstReady(place.pending, this.history.ready[at] & ~place.failed);
      if (branch === undefined) continue;
      place.taken = branch.thread;
      this.guide = branch.next;
      this.pathLength = at + 1;
      this.dealer.branchAt(place.choicesBefore);
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
    const { taken } = this.places[at];
    const point = run.pointOf(taken);
    if (at < this.pathLength - 1) this.history.repeat(taken, point);
    else this.history.push(taken, point);
    return taken;
  }

  /** All that comes before the place where this run turns, as far as one thread goes. */
  knownSteps(run: RunView): number {
    const { places } = this;
    const first = run.steps;
    const end = this.pathLength - 1;
    let at = first;
    while (at < end && places[at].taken === places[first].taken) at++;
    return at - first;
  }

  passed(points: readonly (Point | null)[]): number {
    for (const point of points) this.history.repeatAgain(point);
    return this.places[this.history.length].choicesBefore;
  }

  finish(run: RunView, end: RunEnd): boolean {
    if (end !== RunEnd.FOREIGN) this.lookBack(run, end);
    return this.dealer.isMine();
  }

  prefix(): number {
    return this.dealer.prefix;
  }

  covers(): string {
    return "every class of schedules that differ only in the order of independent steps";
  }

  /** A place that no run has come to yet. Returns 0, or `CUT` or `FOREIGN`. */
  private open(run: RunView, ready: number): number {
    const { history, places } = this;
    const at = history.length;
    if (at === 0) {
      history.admit(run.threadNames.length);
      this.races.admit(run.threadNames.length);
    }
    history.ready[at] = ready;
    const choicesBefore = at === 0 ? 0 : places[at - 1].choicesBefore + this.choiceAt(at - 1);
    const isPrefix = choicesBefore < this.dealer.depth;
    if (!isPrefix && isChoice(ready) && !this.dealer.isMine()) return FOREIGN;
    const asleep = at === 0 ? 0 : this.stillAsleep(run, at - 1) & ready;
    const awake = ready & ~asleep;
    if (awake === 0) return CUT;
    const place = this.placeAt(at);
    place.pending = this.guide;
    place.taken = this.pick(run, place.pending, awake);
    place.asleep = asleep;
    place.done = 0;
    place.failed = 0;
    place.choicesBefore = choicesBefore;
    // All shards have to meet the same prefixes, so there the search branches to every thread.
    if (isPrefix) this.claimAll(place, awake);
    return 0;
  }

  private choiceAt(at: number): number {
    return Number(isChoice(this.history.ready[at]));
  }

  private placeAt(at: number): Place {
    const known = this.places[at];
    if (known !== undefined) return known;
    const made: Place = {
      taken: 0,
      pending: [],
      asleep: 0,
      done: 0,
      failed: 0,
      choicesBefore: 0,
    };
    this.places[at] = made;
    return made;
  }

  /** The first branch that can be taken; without one, whoever ran last, or the first thread. */
  private pick(run: RunView, pending: Wakeup[], awake: number): number {
    const branch = firstReady(pending, awake);
    this.guide = branch?.next ?? [];
    if (branch !== undefined) return branch.thread;
    return isIn(awake, run.lastThread) ? run.lastThread : lowest(awake);
  }

  /** Each of `threads` is to be tried here. */
  private claimAll(place: Place, threads: number): void {
    const known = place.pending.reduce((set, { thread }) => set | (1 << thread), 1 << place.taken);
    for (let rest = threads & ~known & ~place.asleep & ~place.done; rest !== 0; rest &= rest - 1) {
      place.pending.push({ thread: lowest(rest), point: undefined, next: [] });
    }
  }

  /** Threads asleep at place `at` that the step taken there does not wake. */
  private stillAsleep(run: RunView, at: number): number {
    let still = sleepersOf(this.places[at]) & ~(1 << this.places[at].taken);
    for (let rest = still; rest !== 0; rest &= rest - 1) {
      const thread = lowest(rest);
      if (this.history.dependsOn(at, thread, run.pointOf(thread))) still &= ~(1 << thread);
    }
    return still;
  }

  /** Branches wherever a race of the run that has ended can be reversed. */
  private lookBack(run: RunView, end: RunEnd): void {
    const { history, places, races } = this;
    const hasDied = end === RunEnd.FAILED && run.failure?.kind !== "deadlock";
    const last = history.length - 1;
    if (end === RunEnd.FAILED && !hasDied) history.ready[history.length] = 0;
    races.begin(run, hasDied, !hasDied && end !== RunEnd.CUT);
    for (let at = last; at >= 0; at--) {
      const place = places[at];
      const tried = sleepersOf(place) | (1 << place.taken);
      // Whoever has returned or waits there cannot come first.
      if ((history.ready[at] & ~tried) !== 0) this.reverse(place, at);
      races.pass(at);
    }
    if (!hasDied || last < 0) return;
    places[last].failed |= 1 << places[last].taken;
    this.claimAll(places[last], history.ready[last]);
  }

  private reverse(place: Place, at: number): void {
    const { races } = this;
    // Of two threads, all that is moved is the other one's: any branch leads to all of it.
    if (races.isPair && place.pending.length > 0) return;
    for (let race = races.raceOf(at); race !== NO_RACE; race = races.nextRace(race)) {
      if (races.take(at, race) && !races.canAny(sleepersOf(place))) this.insert(place.pending);
    }
  }

  /**
   * Adds the reversal of the race in question to a wakeup tree, unless that leads to it already.
   */
  private insert(tree: Wakeup[]): void {
    const { races } = this;
    let branches = tree;
    for (let at = 0; at < branches.length; ) {
      const { thread, point, next } = branches[at];
      const match = races.match(thread, point);
      if (match === Match.NONE) {
        at++;
        continue;
      }
      if (next.length === 0) return; // what comes behind a leaf is free
      races.pop(thread, match);
      branches = next;
      at = 0;
    }
    const steps = races.leftSteps();
    branches.push(...this.chainOf(races.isPair ? steps.slice(0, 1) : steps));
  }

  /** One branch after the other. */
  private chainOf(steps: readonly number[]): Wakeup[] {
    const { thread, point } = this.history;
    return steps.reduceRight<Wakeup[]>(
      (next, step) => [{ thread: thread[step], point: point[step], next }],
      [],
    );
  }
}

/** Takes the first branch that can be taken, and drops those before it, which turn out to wait. */
function firstReady(branches: Wakeup[], ready: number): Wakeup | undefined {
  while (branches.length > 0) {
    const branch = branches.shift();
    if (branch !== undefined && isIn(ready, branch.thread)) return branch;
  }
  return undefined;
}

/** Threads whose next step at a place would begin what was explored already. */
const sleepersOf = ({ asleep, done, failed }: Place): number => (asleep | done) & ~failed;
