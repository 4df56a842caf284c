/** What a step's point announced, kept beyond its run. */
import { PointKind } from "@forkpath/sync";

export interface SeenPoint {
  /** A `PointKind`. */
  readonly kind: number;
  readonly label: string;
}

/** Points of the kernel's own cond_resched have this label. */
const COND_RESCHED = "cond_resched";

/** Before a call of a scenario's thread, others may run as they may at cond_resched. */
export const isCall = ({ kind, label }: SeenPoint): boolean =>
  kind === PointKind.RESCHED && label !== COND_RESCHED;
