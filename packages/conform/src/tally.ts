/** Counts that a vector expects, read out of the log of the run. */
import { hex } from "@forkpath/abi";
import type { ForkExpect, LockCounts, Vector, VectorBadEntry } from "@forkpath/conformance";
import { readBadEntry } from "./bad-entry.ts";
import { type EventLog, eventsOf, traceLines } from "./event-log.ts";

/** A longer trace is left out of the vector. */
const MOST_EVENT_LINES = 60;

export function lockCounts(log: EventLog): LockCounts {
  const counts: Record<string, number> = {};
  for (const { lock } of eventsOf(log, "lock")) counts[lock] = (counts[lock] ?? 0) + 1;
  return counts;
}

export function pollCounts(log: EventLog): ForkExpect["polls"] {
  const asked = eventsOf(log, "spin_needbreak").map(({ owner }) => owner === "src");
  const needbreakSrc = asked.filter((isSrc) => isSrc).length;
  return {
    needResched: eventsOf(log, "need_resched").length,
    needbreakSrc,
    needbreakDst: asked.length - needbreakSrc,
  };
}

/** A poll that says yes ends its batch, and no other poll is asked. */
export const lockBreaks = (log: EventLog): number =>
  [...eventsOf(log, "need_resched"), ...eventsOf(log, "spin_needbreak")].filter(
    ({ answer }) => answer,
  ).length;

/** Pairs of start and end do not nest. */
export const notifierRanges = (log: EventLog): ForkExpect["notifier"] =>
  eventsOf(log, "notify_end").map(({ start, end }) => ({ start: hex(start), end: hex(end) }));

/** Fields that are left out when there is nothing to tell. */
export function badReports(vector: Vector, log: EventLog): BadReports {
  const badPtes = eventsOf(log, "bad_pte").map(({ addr }) => hex(addr));
  const planted = [...(vector.parent.badEntries ?? [])];
  const badDirs = eventsOf(log, "bad_dir").map(({ level, low, high }) =>
    badDir(planted, level as VectorBadEntry["level"], hex(word64(low, high))),
  );
  return { ...(badPtes.length > 0 && { badPtes }), ...(badDirs.length > 0 && { badDirs }) };
}

export const traceField = (log: EventLog): { readonly events?: readonly string[] } => {
  const events = traceLines(log);
  return events.length <= MOST_EVENT_LINES ? { events } : {};
};

interface BadReports {
  readonly badPtes?: readonly string[];
  readonly badDirs?: readonly VectorBadEntry[];
}

/** The report names no address: it is that of the planted entry, which is taken off the list. */
function badDir(
  planted: VectorBadEntry[],
  level: VectorBadEntry["level"],
  value: string,
): VectorBadEntry {
  const index = planted.findIndex(
    (entry) => entry.level === level && BigInt(readBadEntry(entry).value) === BigInt(value),
  );
  if (index < 0) return { level, value };
  const [{ addr }] = planted.splice(index, 1);
  return { level, value, addr };
}

const word64 = (low: number, high: number): bigint =>
  (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
