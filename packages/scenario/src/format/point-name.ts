/**
 * How a scenario names what a step touches: `_anon_rss` of whichever address space, `mm1._anon_rss`
 * of that one, `page 7`, `children of 5`; a lock by its class, too, such as `page_table_lock`.
 */
import type { Subject } from "@forkpath/sync";

/** A name, taken apart. */
export interface PointName {
  /** Null for every owner. */
  readonly owner: string | null;
  /** Field of the owner, or class of a lock. */
  readonly field: string;
}

const FORMS: readonly RegExp[] = [
  /^(?<owner>.+)\.(?<field>[^. ]+)$/,
  /^(?<field>.+) of (?<owner>\S+)$/,
  /^(?<field>\S+) (?<owner>\S+)$/,
];

/** Any text is a name; one that nothing has names nothing. */
export function parsePointName(text: string): PointName {
  for (const form of FORMS) {
    const { owner, field } = form.exec(text)?.groups ?? {};
    if (owner !== undefined && field !== undefined) return { owner, field };
  }
  return { owner: null, field: text };
}

/**
 * Whether a point's subject goes by that name.
 * @modelOnly the language of scenarios
 */
export const isPointNamed = (subject: Subject, { owner, field }: PointName): boolean =>
  (owner === null || subject.owner === owner) &&
  (subject.field === field || subject.lockClass === field);
