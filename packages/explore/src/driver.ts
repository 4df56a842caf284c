/**
 * Steps through the threads of a machine, and decides where others may come in between.
 *
 * A thread that calls cond_resched again and again, such as swapoff when it waits for an mm to die,
 * would starve the others in some schedules for ever. No machine does that: after FAIR_TURNS of
 * them it has to let somebody else take a step, if anybody can.
 */
import type { Point, ThreadBody } from "@forkpath/interleave";
import type { StagedThread } from "@forkpath/scenario";
import { type HeldLock, PointKind, type SchedulePoint } from "@forkpath/sync";
import { SEVERAL_STEPS } from "./dependence.ts";
import { isCall } from "./watch/seen-point.ts";

/** Calls of cond_resched in a row, without a step of anybody else. */
const FAIR_TURNS = 20;

export class Driver {
  /** Where turns are taken; empty for everywhere. */
  private readonly labels: readonly string[];
  /** What each thread is about to do; null before its first point, and when it is done. */
  private readonly points: (SchedulePoint | null)[] = [];
  /** How often each has called cond_resched since another one took a step. */
  private readonly turns: number[] = [];

  constructor(labels: readonly string[]) {
    this.labels = labels;
  }

  /** The thread at place `index`: yields the points of its path where others may run. */
  *drive(index: number, { path }: StagedThread): ThreadBody<void> {
    for (let step = path.next(); !step.done; step = path.next()) {
      const point = step.value;
      this.points[index] = point;
      const fair = this.makeFair(index, point);
      if (this.labels.length === 0) yield fair;
      else if (this.isSwitch(point) || !fair.ready()) yield severalSteps(fair);
      for (const other of this.turns.keys()) if (other !== index) this.turns[other] = 0;
    }
    this.points[index] = null;
  }

  /** Whether a thread stands before this lock: what spin_needbreak asks. */
  isWanted(lock: HeldLock): boolean {
    return this.points.some((point) => point?.object === lock && point.kind === PointKind.LOCK);
  }

  private makeFair(index: number, point: SchedulePoint): Point {
    if (point.kind !== PointKind.RESCHED) return point;
    this.turns[index] = (this.turns[index] ?? 0) + 1;
    if (this.turns[index] <= FAIR_TURNS) return point;
    return { ...point, ready: () => !this.isOtherReady(index) };
  }

  private isOtherReady(index: number): boolean {
    return this.points.some((point, other) => other !== index && point?.ready() === true);
  }

  /** Before a call, at locks of the classes that are named, and where names end so. */
  private isSwitch(point: SchedulePoint): boolean {
    const { object, label } = point;
    const { lockClass } = object as Partial<HeldLock>;
    return isCall(point) || this.labels.some((one) => lockClass === one || label.endsWith(one));
  }
}

/** From this point up to the next one where turns are taken, it is all one step. */
const severalSteps = (point: Point): Point => ({
  kind: point.kind,
  object: SEVERAL_STEPS,
  label: point.label,
  ready: () => point.ready(),
});
