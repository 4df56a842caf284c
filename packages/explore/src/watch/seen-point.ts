/** What a step's point announced, kept beyond its run. */
import type { WitnessPoint } from "@forkpath/picture";
import { PointKind, type SchedulePoint, type Subject } from "@forkpath/sync";

/** Plain data: the lock or cell behind it may have moved on. */
export type SeenPoint = WitnessPoint;

/** Read at once: the lock of a page table moves on with its table. */
export const seePoint = ({ kind, of, label }: SchedulePoint): SeenPoint => ({
  kind,
  of: seeSubject(of),
  label,
});

/** A witness does not tell apart the locks of one class and one owner. */
export const seeSubject = ({ kind, owner, field, lockClass }: Subject): Subject => ({
  kind,
  owner,
  field: lockClass ?? field,
});

/** The call of a scenario's thread begins. */
export const isCall = ({ kind }: { readonly kind: PointKind }): boolean => kind === PointKind.CALL;
