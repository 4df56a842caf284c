/**
 * Monitors: they look at what the threads of one schedule do, and tell of rules that were broken,
 * whether or not this schedule came to harm.
 */
import type { KernelEvent } from "@forkpath/events";
import type { HeldLock, RwSem, Subject } from "@forkpath/sync";
import type { SeenPoint } from "./seen-point.ts";

/** The thread that did something, and in which of its functions. */
export interface Doer {
  /** Place in the program. */
  readonly thread: number;
  /** What the thread is called. */
  readonly name: string;
  /** The innermost kernel function that is known; the thread's name outside of all. */
  readonly fn: string;
  /** Locks that it holds now, in the order in which they were taken. */
  readonly held: readonly HeldLock[];
}

/** One rule that was broken. */
export interface Finding {
  /** Name of the monitor. */
  readonly monitor: string;
  /** What is wrong, in the same words for every schedule that shows it. */
  readonly message: string;
}

/** Looks at one schedule: made anew for each. */
export interface Monitor {
  /** Names it in findings. */
  readonly name: string;
  /** Hears of each event, in the order in which they happen. */
  see(event: KernelEvent, doer: Doer): void;
  /** Hears of each step of the schedule, after its events. */
  passStep?(point: SeenPoint, thread: number): void;
  /** What it has found; asked once, at the end. */
  findings(): readonly Finding[];
}

/** Whether the lock, which is held, is a semaphore for readers now: more may come in. */
export const isShared = (lock: HeldLock): boolean =>
  "part" in lock || ("readers" in lock && (lock as RwSem).writer === null);

/** `anon_rss of mm1`, for the counter `_anon_rss` of `mm1`. */
export function counterText({ owner, field }: Pick<Subject, "owner" | "field">): string {
  const name = field.replace(/^_/, "");
  return owner === "" ? name : `${name} of ${owner}`;
}

/** Each text once, in order, with `and` before the last. */
export function listed(texts: Iterable<string>): string {
  const all = [...new Set(texts)].sort();
  const last = all.pop() ?? "nobody";
  return all.length === 0 ? last : `${all.join(", ")} and ${last}`;
}
