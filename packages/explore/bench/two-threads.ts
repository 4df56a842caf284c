/**
 * How many classes of schedules a litmus of two threads has, also where no run could count them:
 * each thread runs alone, and tells which of its steps depend on those of the other.
 *
 *   node --conditions=@forkpath/source packages/explore/bench/two-threads.ts NAME [LOCK]
 *
 * NAME is a file of examples/litmus. Prints the pairs of points that depend on each other, the most
 * frequent first, and the classes. With the name of a LOCK's point it tells what the first thread
 * adds from its last holds of that lock on.
 *
 * Of each class the walk that takes steps of the first thread as early as it can is counted: one in
 * which such a step comes right behind a step of the other only where the two depend. Requires that
 * neither thread does other steps because of the other one: short ends are run, too, to check that.
 */
import { exploreProgram } from "@forkpath/interleave";
import { PointKind, type SchedulePoint } from "@forkpath/sync";
import { kernelApart, kernelDependence, type Litmus, type ScenarioState } from "../src/index.ts";
import { litmusFile, reduced } from "../test/litmus-files.ts";

/** Ends of the first thread, in holds of the lock, that are counted by running them, too. */
const RUN = [1, 2, 4, 6];
const COUNTED = [8, 32, 128, 512];
const SHOWN = 12;

const [name = "", lock = ""] = process.argv.slice(2);
const litmus = litmusFile(name, { everywhere: true });
const [first, second] = [0, 1].map((at) => pointsOf(litmus.setup(), at));
const total = (count: number): string => count.toLocaleString("en");
const held = first.flatMap((point, at) => (isHold(point) ? [at] : []));
console.log(`${first.length} and ${second.length} steps, ${held.length} holds of ${lock || "-"}`);
tellPairs();
for (const holds of [...RUN, ...COUNTED].filter((one) => one <= held.length)) {
  const from = held[held.length - holds];
  const run = RUN.includes(holds) ? `, run ${total(countRun(from))}` : "";
  console.log(`last ${holds} holds: ${total(classesOf(first.slice(from), second))}${run}`);
}
console.log(`all: ${total(classesOf(first, second))}`);

function isHold({ kind, label }: SchedulePoint): boolean {
  return kind === PointKind.LOCK && label === lock;
}

/** Whether the order of two steps tells classes apart. */
function isOrdered(one: SchedulePoint, other: SchedulePoint): boolean {
  return kernelDependence(one, other) && !kernelApart(one, other);
}

/** The points of a thread that runs alone, as they stand when it goes on. */
function pointsOf(state: ScenarioState, at: number): readonly SchedulePoint[] {
  const { run } = litmus.threads(state)[at];
  litmus.onSwitch?.(state, at);
  const points: SchedulePoint[] = [];
  for (let step = run.next(); !step.done; step = run.next())
    points.push(step.value.renew?.() ?? step.value);
  return points;
}

function tellPairs(): void {
  const pairs = new Map<string, number>();
  const nameOf = ({ kind, label, parts, reads }: SchedulePoint): string => {
    const [text] = Object.entries(PointKind).find(([, one]) => one === kind) ?? ["?"];
    const all = parts === undefined ? " (any part)" : "";
    return `${text} ${label.replace(/\d+$/, "N")}${all}${reads === undefined ? "" : " (reads)"}`;
  };
  for (const one of first)
    for (const other of second) {
      if (!isOrdered(one, other)) continue;
      const pair = `${nameOf(one)} | ${nameOf(other)}`;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
  const sorted = [...pairs].sort(([, a], [, b]) => b - a);
  console.log(`${total(sorted.reduce((sum, [, count]) => sum + count, 0))} dependent pairs`);
  for (const [pair, count] of sorted.slice(0, SHOWN)) console.log(`  ${total(count)} ${pair}`);
}

/** Points of the locks that a thread holds after each number of its steps. */
function holdsOf(points: readonly SchedulePoint[]): readonly (readonly SchedulePoint[])[] {
  let now: readonly SchedulePoint[] = [];
  const after = points.map((point) => {
    if (point.kind === PointKind.LOCK) now = [...now, point];
    if (point.kind === PointKind.UNLOCK) now = now.filter(({ object }) => object !== point.object);
    return now;
  });
  return [[], ...after];
}

function classesOf(mine: readonly SchedulePoint[], others: readonly SchedulePoint[]): number {
  const [held, heldByOther] = [holdsOf(mine), holdsOf(others)];
  // Two holds that are apart may overlap: the same walk in another order keeps them apart.
  const keepsOut = (one: SchedulePoint, other: SchedulePoint): boolean =>
    one.object === other.object && !kernelApart(one, other);
  const isFree = (i: number, j: number): boolean =>
    held[i].every((one) => heldByOther[j].every((other) => !keepsOut(one, other)));
  // For each number of the other's steps: walks whose last step was mine, and the other's.
  let row: [number, number][] = [];
  for (let i = 0; i <= mine.length; i++) {
    const next: [number, number][] = [];
    for (let j = 0; j <= others.length; j++) {
      const above = row[j] ?? [0, 0];
      const isBehind = i > 0 && j > 0 && isOrdered(mine[i - 1], others[j - 1]);
      const byMe = i === 0 ? Number(j === 0) : above[0] + (isBehind ? above[1] : 0);
      const [left, right] = next[j - 1] ?? [0, 0];
      next.push(isFree(i, j) ? [byMe, left + right] : [0, 0]);
    }
    row = next;
  }
  const [last, lastByOther] = row[others.length];
  return last + lastByOther;
}

/** The first thread stands before its step `from` when the other one begins. */
function countRun(from: number): number {
  const { passing: _, ...stepped } = litmus;
  const late: Litmus<ScenarioState> = {
    ...stepped,
    threads: (state) => {
      const [{ name, run }, ...rest] = litmus.threads(state);
      litmus.onSwitch?.(state, 0);
      let step = run.next();
      for (let at = 0; at < from; at++) step = run.next();
      let isBegun = false;
      const next = (): typeof step => {
        if (isBegun) return run.next();
        isBegun = true;
        return step;
      };
      return [{ name, run: { next } }, ...rest];
    },
  };
  return exploreProgram(late, reduced, { max: 1e5 }).schedules;
}
