/**
 * Two steps that touch one thing, one of them changing it, and that nothing orders: `dpor` would
 * take them to commute, and they may not.
 */
import type { Dependence } from "@forkpath/interleave";
import { PointKind } from "@forkpath/sync";
import type { TrackedStep } from "./steps.ts";

/** Where the order of changes is seen by nobody, and why. */
const COMMUTING: readonly RegExp[] = [
  // Who runs; a lock's notes on who took it last, and how often in vain; who else reads under it.
  /^kernel\.machine\.mm\.sync\.(current|gate)/,
  /\.(contentions|where|subclass|lockPointMade|unlockPointMade)$|\.held\b|\.(readers|partReaders)\b/,
  // A lock that is taken and given back within a step.
  /<(tasklist_lock|swap|mmlist)>\.(holder|terms)$/,
  // Flags of a task: others ask whether it is on its way out alone, which siglock guards.
  /\.(threads|children)\[\d\]\.flags$/,
  // Names and numbers of what is new.
  /\.(nextMmId|nextId|nextFrame)$|\.pidMap\.|\.files\{\*\}$|\.tasks\{\*\}|\.live\{\*\}|\.spaces\{[*?]\}|\.(levelOf|locks|blocks)\[length\]$/,
  // Totals: asked without a lock, and only whether memory or another limit is used up.
  /\.(nrThreads|totalForks|processes|committed|framesInUse|nrAnonPages|nrFileMapped|nrSwapPages|usage\.totalVm)$/,
  /\.commit\.parts(\[\d*\])+$/,
  /\.liveTables\[\d\]$|\.nsproxy\.count$|\.(cache|pages|swapEntryOf)\{\*\}$/,
  // What dup_mm and dup_mmap copy without a lock, and then set anew.
  /\.(mapCount|lockedVm|truncateCount)$/,
  // Which page came first into a CPU's batch: both leave it when it is full.
  /^kernel\.machine\.mm\.lru\.add\b/,
  // References that their holder has until it lets go: one more or less is no question of order.
  /\.refcount$|\.mmCount$|^kernel\.machine\.(pins|mm\.inFlight)\b/,
];

/** One line for each kind of place that a pair of points conflicts at, sorted. */
export function unorderedConflicts(
  steps: readonly TrackedStep[],
  dependent: Dependence,
): readonly string[] {
  const clocks = orderSteps(steps, dependent);
  const found = new Set<string>();
  for (const [later, step] of steps.entries()) {
    for (const [earlier, other] of steps.slice(0, later).entries()) {
      const isOrdered =
        other.thread === step.thread || (clocks[later][other.thread] ?? -1) >= earlier;
      if (isOrdered || isHookSeenInPassing(other, step) || isHookSeenInPassing(step, other))
        continue;
      for (const place of commonPlaces(other, step)) {
        if (areAdds(other, step) && place.includes(".rss.words[")) continue;
        if (isCopiedTask(place, other, step)) continue;
        found.add(`${place.replace(/[[{]\d+[\]}]/g, "[]")}: ${nameOf(other)}, ${nameOf(step)}`);
      }
    }
  }
  return [...found].sort();
}

/**
 * Who hooks a table in, and who walks over all memory: a table that is still empty is passed by.
 */
const isHookSeenInPassing = ({ point: hook }: TrackedStep, { point: walk }: TrackedStep): boolean =>
  hook?.of.lockClass === "page_table_lock" &&
  hook.kind === PointKind.LOCK &&
  walk?.kind === PointKind.CALL &&
  walk.of.field === "reclaim";

/**
 * A fork begins with a copy of its whole task, right after the request for memory, and sets anew in
 * it what a signal changes.
 */
const isCopiedTask = (place: string, ...steps: readonly TrackedStep[]): boolean =>
  /\.(flags|hasPendingSignal|isKilled)$/.test(place) &&
  steps.some(({ point }) => point?.kind === PointKind.ALLOC);

/** Atomic adds to one counter come to the same in either order. */
const areAdds = ({ point: a }: TrackedStep, { point: b }: TrackedStep): boolean =>
  a?.commutes === true && b?.commutes === true;

/** For each step, by thread: the last step that happened before it, itself included. */
function orderSteps(steps: readonly TrackedStep[], dependent: Dependence): number[][] {
  const clocks: number[][] = [];
  const last: number[] = [];
  for (const [index, { thread, point }] of steps.entries()) {
    const clock = [...(clocks[last[thread] ?? -1] ?? [])];
    for (let earlier = index - 1; earlier >= 0; earlier--) {
      const other = steps[earlier];
      if (other.thread === thread || (clock[other.thread] ?? -1) >= earlier) continue;
      const isWaker = earlier > (last[thread] ?? -1) && other.woke.includes(thread);
      const isDependent = point !== null && other.point !== null && dependent(other.point, point);
      if (isWaker || isDependent) join(clock, clocks[earlier]);
    }
    clock[thread] = index;
    clocks.push(clock);
    last[thread] = index;
  }
  return clocks;
}

function join(clock: number[], other: readonly number[]): void {
  for (const [thread, index] of other.entries()) {
    clock[thread] = Math.max(clock[thread] ?? -1, index ?? -1);
  }
}

const commonPlaces = (a: TrackedStep, b: TrackedStep): string[] =>
  [
    ...shared(a.writes, b.writes),
    ...shared(a.writes, b.reads),
    ...shared(a.reads, b.writes),
  ].filter((place) => !COMMUTING.some((pattern) => pattern.test(place)));

const shared = (a: ReadonlySet<string>, b: ReadonlySet<string>): string[] =>
  [...a].filter((place) => b.has(place));

const KINDS = Object.keys(PointKind);
const nameOf = ({ point }: TrackedStep): string =>
  point === null ? "start" : `${KINDS[point.kind]} ${point.label}`;
