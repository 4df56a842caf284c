/**
 * Races: pairs of steps whose order could have been the other way round.
 *
 * A race of step `at` with a later step is reversed so: in place of step `at`, run all steps that
 * came after it and did not need it, and then the later one. These are *moved*. A thread whose
 * first moved step needs no other moved step is an *initial*: it can come first. So can a *weak*
 * initial, a thread none of whose steps are moved, and whose next step is independent of all that
 * are.
 *
 * A run is looked back at from its last step to its first one: `begin`, and then for each step what
 * is asked of it, and `pass`.
 */
import { isIn, lowest } from "../bits.ts";
import type { Order, Point } from "../point.ts";
import type { RunView } from "../strategy.ts";
import { type History, NO_STEP } from "./history.ts";

/** Whether a thread can come first among the steps that are moved, and are left. */
export const Match = { NONE: 0, INITIAL: 1, WEAK: 2 } as const;
export type Match = (typeof Match)[keyof typeof Match];

/** In place of a race: there is none, or no further one. */
export const NO_RACE = -1;
/** In place of a step: it comes after one that no step of this run stands for. */
const UNKNOWN = -2;

export class RaceFinder {
  private readonly history: History;
  private readonly forced: Order;
  /** False for good once a run could not tell what a thread would do: see `match`. */
  private isExact = true;
  private threadCount = 0;
  /** Steps that happened and can be moved; beyond them stand those that threads wanted to take. */
  private stepCount = 0;
  /** Whether all its threads returned, or wait. */
  private isWhole = true;
  /** By thread, its first step behind the one that is looked at; or NO_STEP. */
  private readonly first: number[] = [];
  /** By step, the next one of its thread; or NO_STEP. */
  private readonly next: number[] = [];
  /** By step, the first race with a later one that depends on it by itself; or NO_RACE. */
  private readonly firstRace: number[] = [];
  /** By race, numbered as `History.direct` is: its later step, and the next race of the earlier. */
  private readonly laterOf: number[] = [];
  private readonly nextOf: number[] = [];
  /** The race in question. */
  private at = 0;
  private later = 0;
  /** By thread, the first of its steps that is left: a moved one, or one that was not moved. */
  private readonly left: number[] = [];
  /** By thread that is UNKNOWN, how many steps it has taken by then. */
  private readonly ordinal: number[] = [];

  constructor(history: History, forced: Order) {
    this.history = history;
    this.forced = forced;
  }

  /** Makes room for `threadCount` threads, once. */
  admit(threadCount: number): void {
    this.threadCount = threadCount;
  }

  /** Whether there are two threads, so that little can go wrong. */
  get isPair(): boolean {
    return this.threadCount === 2;
  }

  /**
   * Readies a look back at the run that has ended.
   * @param hasDied whether its last step ended it: that step needs all others
   * @param isWhole whether all its threads returned, or wait
   */
  begin(run: RunView, hasDied: boolean, isWhole: boolean): void {
    const { history, first } = this;
    const { length } = history;
    this.isWhole = isWhole;
    for (let thread = 0; thread < this.threadCount; thread++) first[thread] = NO_STEP;
    this.stepCount = hasDied ? length - 1 : length;
    let end = length;
    for (let rest = run.live; rest !== 0; rest &= rest - 1) {
      const thread = lowest(rest);
      if (hasDied && thread === history.thread[length - 1]) continue;
      // What a run has died of may have left nothing that a point could look at.
      history.look(end, thread, hasDied ? run.pending[thread] : run.pointOf(thread));
      first[thread] = end++;
    }
    history.end = end;
    this.link(end);
  }

  private link(end: number): void {
    const { history, next, firstRace } = this;
    for (let step = 0; step < end; step++) {
      next[step] = NO_STEP;
      firstRace[step] = NO_RACE;
      const before = history.previous[step];
      if (before !== NO_STEP) next[before] = step;
    }
    // From the last step to the first one, so that each list begins with the earliest.
    for (let step = end - 1; step >= 0; step--) this.linkRaces(step);
  }

  private linkRaces(step: number): void {
    const { history, firstRace } = this;
    for (let race = history.directFrom(step); race < history.directEnd[step]; race++) {
      const earlier = history.direct[race];
      this.laterOf[race] = step;
      this.nextOf[race] = firstRace[earlier];
      firstRace[earlier] = race;
    }
  }

  /** Goes on to the step before `at`. */
  pass(at: number): void {
    this.first[this.history.thread[at]] = at;
  }

  /** The first race of step `at`, or NO_RACE; the others are behind it, by `nextRace`. */
  raceOf(at: number): number {
    return this.firstRace[at];
  }

  /** The next race of the same earlier step, or NO_RACE. */
  nextRace(race: number): number {
    return this.nextOf[race];
  }

  /** Takes up a race of step `at`; false when the later step can never come first. */
  take(at: number, race: number): boolean {
    const { history, left } = this;
    const later = this.laterOf[race];
    this.at = at;
    this.later = later;
    if (this.forced(history.point[at], history.point[later])) return false;
    for (let thread = 0; thread < this.threadCount; thread++) left[thread] = this.first[thread];
    left[history.thread[at]] = at;
    const hasStoodThere = history.previous[later] < at;
    if (!hasStoodThere || isIn(history.ready[at], history.thread[later])) return true;
    return this.needsAnyLeft(later); // it waits: a moved step would have to let it go on
  }

  /** Whether one of `threads` can come first. */
  canAny(threads: number): boolean {
    for (let rest = threads; rest !== 0; rest &= rest - 1) {
      if (this.match(lowest(rest)) !== Match.NONE) return true;
    }
    return false;
  }

  /**
   * Whether and how `thread` can come first among what is left.
   *
   * A run that is not whole may lack a step that still needs the thread: there, only what has been
   * moved counts.
   * @param point what it would do, as another run saw it: asked where this run cannot tell
   */
  match(thread: number, point?: Point): Match {
    const step = this.left[thread];
    if (step >= 0 && this.isMoved(step)) return this.isInitial(step) ? Match.INITIAL : Match.NONE;
    if (!this.isWhole || !this.isExact || step === NO_STEP) return Match.NONE;
    if (step === UNKNOWN) return this.matchUnknown(thread, point);
    if (this.needsAnyLeft(step) || this.dependsOnLater(step)) return Match.NONE;
    return Match.WEAK;
  }

  private matchUnknown(thread: number, point: Point | undefined): Match {
    const { history } = this;
    const own = point && history.counterpart(thread, this.ordinal[thread], point);
    if (own === undefined) {
      this.isExact = false;
      return Match.NONE;
    }
    const isWeak = this.leftSteps().every((step) => !history.isDependent(step, own));
    return isWeak ? Match.WEAK : Match.NONE;
  }

  /** Lets a thread come first that can: what is left is what comes after it. */
  pop(thread: number, how: Match): void {
    const step = this.left[thread];
    if (step >= 0) this.ordinal[thread] = this.history.ordinalOf(step);
    this.ordinal[thread]++;
    const isKnown = how === Match.INITIAL && step !== this.later;
    this.left[thread] = isKnown ? this.next[step] : UNKNOWN;
  }

  /** The moved steps that are left, in order. */
  leftSteps(): number[] {
    const { stepCount, later } = this;
    const steps: number[] = [];
    for (let step = this.at + 1; step < stepCount; step++) {
      if (step !== later && this.isMoved(step) && this.isLeft(step)) steps.push(step);
    }
    if (this.isLeft(later)) steps.push(later);
    return steps;
  }

  private isMoved(step: number): boolean {
    if (step === this.later) return true;
    return step < this.stepCount && !this.history.isBefore(this.at, step);
  }

  private isLeft(step: number): boolean {
    const from = this.left[this.history.thread[step]];
    return from >= 0 && from <= step;
  }

  private isInitial(step: number): boolean {
    if (step === this.later) return !this.needsAnyLeft(step);
    const { history, left } = this;
    const thread = history.thread[step];
    for (let other = 0; other < this.threadCount; other++) {
      const from = left[other];
      if (other === thread || from < 0 || from > step) continue;
      if (this.isMoved(from) && history.isBefore(from, step)) return false;
    }
    return true;
  }

  /** Whether step `step` depends by itself on a moved one that is left. */
  private needsAnyLeft(step: number): boolean {
    const { direct, directEnd } = this.history;
    for (let at = this.history.directFrom(step); at < directEnd[step]; at++) {
      const earlier = direct[at];
      if (earlier > this.at && this.isMoved(earlier) && this.isLeft(earlier)) return true;
    }
    return false;
  }

  private dependsOnLater(step: number): boolean {
    const { history, later } = this;
    if (!this.isLeft(later)) return false;
    if (Math.min(step, later) >= history.length)
      return history.isDependent(step, history.point[later]);
    return history.isDirect(Math.min(step, later), Math.max(step, later));
  }
}
