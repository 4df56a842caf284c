/**
 * Steps through the threads of a machine, and decides where others may come in between.
 *
 * A thread that calls cond_resched again and again, such as swapoff when it waits for an mm to die,
 * would starve the others in some schedules for ever. No machine does that: after FAIR_TURNS calls
 * it has to let another thread take a step, if one can.
 */
import type { StagedThread } from "@forkpath/scenario";
import { isPointNamed, type PointName, parsePointName } from "@forkpath/scenario/internal";
import {
  ANYTHING,
  goesOver,
  type HeldLock,
  type Passing,
  PointKind,
  type SchedulePoint,
  type SpinLock,
  type Steps,
  type Sync,
  waitersOf,
} from "@forkpath/sync";
import { isCall } from "./watch/seen-point.ts";

/** Calls of cond_resched in a row, without a step of another thread. */
const FAIR_TURNS = 20;

type Step = IteratorResult<SchedulePoint, void>;

export class Driver {
  /** Where turns are taken; empty for everywhere. */
  private readonly switchAt: readonly PointName[];
  /** What each thread is about to do; null before its first point, and when it is done. */
  private readonly points: (SchedulePoint | null)[] = [];
  /** How often each has called cond_resched since another one took a step. */
  private readonly turns: number[] = [];

  /** Whether lock holders ask if another thread stands before their lock: the machine preempts. */
  private readonly asksForWaiters: boolean;
  /** Locks that a thread will stand before after its next step. */
  private readonly approached: (SchedulePoint | null)[] = [];
  /** Whether totals are looked at between steps, so that the order of all their changes is seen. */
  private readonly isWatched: boolean;
  private readonly passing: Passing;
  private running = 0;

  /** @param switchAt as a scenario writes it */
  constructor({ passing, spinNeedbreak }: Sync, switchAt: readonly string[], isWatched: boolean) {
    this.passing = passing;
    this.asksForWaiters = spinNeedbreak !== null;
    this.switchAt = switchAt.map(parsePointName);
    this.isWatched = isWatched;
  }

  /** The thread at place `index`: comes to the points of its path where others may run. */
  drive(index: number, { path }: StagedThread): Steps<void> {
    const isEverywhere = this.switchAt.length === 0;
    return { next: () => this.advance(index, path, isEverywhere) };
  }

  private advance(index: number, path: Steps<void>, isEverywhere: boolean): Step {
    this.running = index;
    const lock = this.approached[index] ?? null;
    if (lock !== null) return this.stand(index, lock);
    for (;;) {
      this.forgetTurnsOfOthers(index);
      const step = path.next();
      const point = step.done ? null : step.value;
      this.points[index] = point;
      if (point === null) return step;
      this.countPassed(index);
      if (isEverywhere && goesOver(this.passing, point)) continue;
      if (isEverywhere && this.asksForWaiters && isSpinLock(point))
        return this.approach(index, point);
      const fair = this.makeFair(index, this.isWatched ? watched(point) : point);
      if (isEverywhere) return fair === point ? step : { done: false, value: fair };
      if (this.isSwitch(point) || !fair.ready()) return { done: false, value: severalSteps(fair) };
    }
  }

  /** To come to stand before a lock is a step of its own where its holder asks who does. */
  private approach(index: number, lock: SchedulePoint): Step {
    this.approached[index] = lock;
    const value = approachTo(lock);
    this.points[index] = value;
    return { done: false, value };
  }

  private stand(index: number, lock: SchedulePoint): Step {
    this.forgetTurnsOfOthers(index);
    this.approached[index] = null;
    this.points[index] = lock;
    return { done: false, value: lock };
  }

  /** Calls of cond_resched that the thread has gone over are turns as well. */
  private countPassed(index: number): void {
    const { passing } = this;
    if (passing.rescheds === 0) return;
    this.turns[index] = (this.turns[index] ?? 0) + passing.rescheds;
    passing.rescheds = 0;
  }

  private forgetTurnsOfOthers(index: number): void {
    const { turns } = this;
    for (let other = 0; other < turns.length; other++) if (other !== index) turns[other] = 0;
  }

  /** Whether another thread stands before this lock: what spin_needbreak asks. */
  isWanted(lock: HeldLock): boolean {
    return this.points.some(
      (point, index) =>
        index !== this.running && point?.object === lock && point.kind === PointKind.LOCK,
    );
  }

  private makeFair(index: number, point: SchedulePoint): SchedulePoint {
    if (point.kind !== PointKind.RESCHED) return point;
    this.turns[index] = (this.turns[index] ?? 0) + 1;
    if (this.turns[index] <= FAIR_TURNS) return point;
    return { ...point, ready: () => !this.isOtherReady(index) };
  }

  private isOtherReady(index: number): boolean {
    return this.points.some((point, other) => other !== index && point?.ready() === true);
  }

  /** Before a call, and at the points that are named. */
  private isSwitch(point: SchedulePoint): boolean {
    return isCall(point) || this.switchAt.some((name) => isPointNamed(point.of, name));
  }
}

const isSpinLock = ({ kind, object }: SchedulePoint): boolean =>
  kind === PointKind.LOCK && (object as HeldLock).isSpinning === true;

/** Two threads come to stand there in either order. */
function approachTo({ object, of, label }: SchedulePoint): SchedulePoint {
  const { owner, field } = of;
  return {
    kind: PointKind.STORE,
    object: waitersOf(object as SpinLock),
    commutes: true,
    of: { kind: "field", owner, field: `waiters of ${field}` },
    label: `waiters of ${label}`,
    ready: () => true,
  };
}

/** One part of all totals. */
const TOTALS = "totals";

/** A step that changes a total, as one that touches all of them. */
const watched = (point: SchedulePoint): SchedulePoint =>
  (point.of.kind === "counter" || point.of.kind === "field") && point.kind !== PointKind.LOAD
    ? { ...point, parts: [point.object, ...(point.parts ?? []), TOTALS], commutes: false }
    : point;

/** From this point up to the next one where turns are taken, all is one step, of anything. */
const severalSteps = (point: SchedulePoint): SchedulePoint => ({
  kind: point.kind,
  object: ANYTHING,
  of: point.of,
  label: point.label,
  ready: () => point.ready(),
});
