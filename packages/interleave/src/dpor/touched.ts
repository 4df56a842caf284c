/**
 * What a step touches, in one form for all steps: points come in many shapes, and a relation that
 * is asked about pairs of them would look each field up anew each time.
 */
import type { Footprint, Point } from "../point.ts";

export class Touched implements Footprint {
  kind = 0;
  object: object = this;
  parts: readonly unknown[] | undefined = undefined;
  reads: readonly unknown[] | undefined = undefined;
  holds: readonly unknown[] | undefined = undefined;
  commutes = false;
  private point: Point | null = null;

  get label(): string {
    return this.point?.label ?? "";
  }

  /** Becomes what the step of `point` touches. */
  by(point: Point): this {
    if (this.point === point) return this;
    this.point = point;
    this.kind = point.kind;
    this.object = point.object;
    this.parts = point.parts;
    this.reads = point.reads;
    this.holds = point.holds;
    this.commutes = point.commutes === true;
    return this;
  }
}
