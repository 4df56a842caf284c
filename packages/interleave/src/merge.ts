/**
 * Results of shards, put together in any order.
 *
 * A list of explorations is a set: identity, strategy and shard are an exploration's key. Merging
 * is set union, so results may be merged in any order, and twice. Since an exploration always
 * finds the same, two results under one key that differ are an error, never a choice. The name does
 * not count: a program may go by several, and keeps the one that sorts first.
 */
import { WantedError } from "./check.ts";
import { failureKey } from "./failure.ts";
import {
  describeGuarantee,
  type Exploration,
  type Failure,
  type Outcome,
  outcomeKey,
  type WorkerShare,
} from "./result.ts";
import { compareSchedules } from "./schedule.ts";
import { describeShard, WHOLE } from "./shard.ts";

/**
 * The union of two sets of explorations, sorted by key.
 * @throws WantedError when both hold one key with different results
 */
export function mergeResults(
  a: readonly Exploration[],
  b: readonly Exploration[],
): readonly Exploration[] {
  const byKey = new Map<string, Exploration>();
  for (const exploration of [...a, ...b]) {
    const key = keyOf(exploration);
    const known = byKey.get(key);
    if (known !== undefined && contentOf(known) !== contentOf(exploration)) {
      throw new WantedError(
        "mergeResults",
        `wanted one result for ${describeKey(exploration)}: ${describeShard(exploration.shard)}, got two that differ`,
      );
    }
    byKey.set(
      key,
      known === undefined || exploration.program < known.program ? exploration : known,
    );
  }
  return [...byKey.keys()].sort().map((key) => byKey.get(key)!);
}

/**
 * Adds up shards of one exploration; complete when all of them are there, and are complete.
 * @throws WantedError for an empty list, or shards that are not of one exploration
 */
export function totalOf(shards: readonly Exploration[]): Exploration {
  if (shards.length === 0) throw new WantedError("totalOf", "wanted at least one shard, got none");
  const [first] = shards;
  for (const other of shards) {
    if (wholeKeyOf(other) !== wholeKeyOf(first)) {
      throw new WantedError(
        "totalOf",
        `wanted shards of ${describeKey(first)}, got ${describeKey(other)}: ${describeShard(other.shard)}`,
      );
    }
  }
  const parts = mergeResults(shards, []);
  const sum = (field: "schedules" | "cut" | "steps"): number =>
    parts.reduce((total, part) => total + part[field], 0);
  const complete = parts.length === first.shard.count && parts.every((part) => part.complete);
  const { identity, strategy, covers } = first;
  const schedules = sum("schedules");
  return {
    program: parts.map(({ program }) => program).sort()[0],
    identity,
    strategy,
    shard: WHOLE,
    schedules,
    cut: sum("cut"),
    steps: sum("steps"),
    complete,
    covers,
    guarantee: describeGuarantee(covers, schedules, complete, WHOLE),
    outcomes: addUp<Outcome>(
      parts.flatMap((part) => part.outcomes),
      outcomeKey,
    ),
    failures: addUp<Failure>(
      parts.flatMap((part) => part.failures),
      failureKey,
    ),
  };
}

/**
 * Joins what workers on one shard have found: the same, however many they were and whoever took
 * which prefix. Of each outcome stays the schedule that the lowest prefix showed first.
 * @throws WantedError for an empty list, or workers on different shards
 */
export function joinShares(shares: readonly WorkerShare[]): Exploration {
  if (shares.length === 0) throw new WantedError("joinShares", "wanted a worker's share, got none");
  const [{ exploration: first }] = shares;
  for (const { exploration } of shares) {
    if (keyOf(exploration) === keyOf(first)) continue;
    const { shard } = exploration;
    throw new WantedError(
      "joinShares",
      `wanted shares of ${describeKey(first)}, got ${describeKey(exploration)}: ${describeShard(shard)}`,
    );
  }
  const sum = (field: "schedules" | "cut" | "steps"): number =>
    shares.reduce((total, { exploration }) => total + exploration[field], 0);
  const complete = shares.every(({ exploration }) => exploration.complete);
  const schedules = sum("schedules");
  return {
    ...first,
    schedules,
    cut: sum("cut"),
    steps: sum("steps"),
    complete,
    guarantee: describeGuarantee(first.covers, schedules, complete, first.shard),
    outcomes: joinSightings(
      shares.flatMap(({ exploration, outcomePrefixes }) =>
        exploration.outcomes.map((seen, at) => ({ seen, prefix: outcomePrefixes[at] })),
      ),
      outcomeKey,
    ),
    failures: joinSightings(
      shares.flatMap(({ exploration, failurePrefixes }) =>
        exploration.failures.map((seen, at) => ({ seen, prefix: failurePrefixes[at] })),
      ),
      failureKey,
    ),
  };
}

interface Placed<T> {
  readonly seen: T;
  readonly prefix: number;
}

function joinSightings<T extends Sighted>(
  placed: readonly Placed<T>[],
  keyOfEntry: (entry: T) => string,
): T[] {
  const counts = new Map<string, number>();
  const earliest = new Map<string, Placed<T>>();
  for (const one of placed) {
    const key = keyOfEntry(one.seen);
    counts.set(key, (counts.get(key) ?? 0) + one.seen.count);
    const known = earliest.get(key);
    if (known === undefined || one.prefix < known.prefix) earliest.set(key, one);
  }
  return [...earliest.keys()]
    .sort()
    .map((key) => ({ ...earliest.get(key)!.seen, count: counts.get(key)! }));
}

/** What all shards of one exploration share. */
const wholeKeyOf = ({ identity, strategy, shard }: Exploration): string =>
  JSON.stringify([identity, strategy, shard.count, shard.depth]);

const keyOf = (exploration: Exploration): string =>
  `${wholeKeyOf(exploration)} ${exploration.shard.index}`;

/** The same for people, who know programs by their names. */
const describeKey = ({ program, strategy, shard }: Exploration): string =>
  `${program}, ${strategy}, in ${shard.count} by ${shard.depth} choices`;

/** One text for equal contents, whatever the order in which their fields were written. */
const contentOf = ({ program: _, ...content }: Exploration): string =>
  JSON.stringify(content, (_key, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** One entry a key, with the counts added up and the nicest schedule. */
function addUp<T extends Sighted>(entries: readonly T[], keyOfEntry: (entry: T) => string): T[] {
  const byKey = new Map<string, T>();
  for (const entry of entries) {
    const key = keyOfEntry(entry);
    const known = byKey.get(key);
    byKey.set(key, known === undefined ? entry : addSightings(known, entry));
  }
  return [...byKey.keys()].sort().map((key) => byKey.get(key)!);
}

interface Sighted {
  readonly count: number;
  readonly schedule: string;
}

const addSightings = <T extends Sighted>(a: T, b: T): T => ({
  ...a,
  count: a.count + b.count,
  schedule: compareSchedules(a.schedule, b.schedule) <= 0 ? a.schedule : b.schedule,
});
