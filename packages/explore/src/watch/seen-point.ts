/** What a step's point announced, kept beyond its run. */
import { PointKind, type SchedulePoint, type Subject } from "@forkpath/sync";

export interface SeenPoint {
  readonly kind: PointKind;
  /** What the step touched; of a lock, the field is its class. */
  readonly of: Subject;
  /** For people. */
  readonly label: string;
}

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

/** Subjects of the same text are the same, as far as a witness tells them apart. */
export const subjectKey = ({ owner, field }: Pick<Subject, "owner" | "field">): string =>
  `${owner} ${field}`;

/** The call of a scenario's thread begins. */
export const isCall = ({ kind }: { readonly kind: PointKind }): boolean => kind === PointKind.CALL;
