/**
 * Times explorations: bare counters, where a run is its steps and little else, and whole kernels,
 * which are taken back to where the threads begin for each schedule: one with short schedules, and
 * one with long ones, of which more is shared. Steps are those that were executed, again and again
 * where schedules begin alike.
 *
 * All run in turn, in rounds of some milliseconds. The first rounds are for the compiler and are
 * not counted; of the others, the best one is what the code costs.
 */
import { execCharge, type Litmus, type LitmusState, parseStrategy } from "@forkpath/explore";
import { dfs, exploreProgram, type Strategy } from "@forkpath/interleave";
import { findLitmus, makeLitmus } from "../explore/find-litmus.ts";
import type { Work } from "../work/run-work.ts";

/** What one sort of machine makes of its time. */
export interface ExploreRate {
  readonly litmus: string;
  /** Steps of one run, on average. */
  readonly steps: number;
  readonly schedulesPerSecondBest: number;
  readonly schedulesPerSecondMedian: number;
  readonly stepsPerSecondBest: number;
}

export interface BenchExploreResult {
  /** Rounds that were counted. */
  readonly rounds: number;
  readonly bare: ExploreRate;
  readonly kernel: ExploreRate;
  /** Steps a second of the whole kernel, by those of bare counters; best rounds of both. */
  readonly ratio: number;
  /** A whole kernel whose schedules are long. */
  readonly long: ExploreRate;
  /** As `ratio`. */
  readonly longRatio: number;
}

const WHOLE = "fork-against-reclaim+everywhere";
const LONG = "exit-against-swapoff+everywhere";
/** Schedules of one exploration: the long ones are too many for a round. */
const MOST_SCHEDULES = 1000;
/**
 * Rounds that are not counted. A kernel is so much code that V8 has compiled the last of it only
 * when that has run for 3 to 4 s.
 */
const WARM_UP_ROUNDS = { perCounted: 2, most: 16 };
/** Milliseconds of one round. */
const ROUND = 250;

interface Bench {
  readonly name: string;
  readonly litmus: Litmus<LitmusState>;
  readonly strategy: Strategy;
  /** Of each round that counts. */
  readonly rates: number[];
  schedules: number;
  steps: number;
}

/** The machines that the kernels' rounds run on. */
export const findWholeLitmuses = async (
  stdin: AsyncIterable<Uint8Array>,
): Promise<readonly Litmus<LitmusState>[]> => [
  makeLitmus(await findLitmus(WHOLE, stdin)),
  makeLitmus(await findLitmus(LONG, stdin)),
];

/** Yields how many rounds have been counted. */
export function* benchingExplore(
  [whole, long]: readonly Litmus<LitmusState>[],
  rounds: number,
): Work<BenchExploreResult> {
  const bare = benchOf(execCharge() as Litmus<LitmusState>, dfs());
  const others = [whole, long].map((litmus) => benchOf(litmus, parseStrategy("dpor", 1)));
  const { perCounted, most } = WARM_UP_ROUNDS;
  const warmUp = Math.min(perCounted * rounds, most);
  let counted = 0;
  for (let round = 0; counted < rounds; round++) {
    const isCounted = round >= warmUp;
    for (const bench of [bare, ...others]) makeRound(bench, isCounted);
    if (isCounted) counted++;
    if ((yield counted) && counted > 0) break;
  }
  const [base, kernelRate, longRate] = [bare, ...others].map(rateOf);
  return {
    rounds: counted,
    bare: base,
    kernel: kernelRate,
    ratio: ratioOf(kernelRate, base),
    long: longRate,
    longRatio: ratioOf(longRate, base),
  };
}

const ratioOf = (kernel: ExploreRate, bare: ExploreRate): number =>
  Math.round((kernel.stepsPerSecondBest / bare.stepsPerSecondBest) * 1000) / 1000;

const benchOf = (litmus: Litmus<LitmusState>, strategy: Strategy): Bench => ({
  name: litmus.name,
  litmus,
  strategy,
  rates: [],
  schedules: 0,
  steps: 0,
});

/** One exploration after the other, until the round is over. */
function makeRound(bench: Bench, isCounted: boolean): void {
  const began = performance.now();
  let schedules = 0;
  let milliseconds = 0;
  while (milliseconds < ROUND) {
    const found = exploreProgram(bench.litmus, bench.strategy, { max: MOST_SCHEDULES });
    schedules += found.schedules + found.cut;
    bench.schedules += found.schedules + found.cut;
    bench.steps += found.steps;
    milliseconds = performance.now() - began;
  }
  if (isCounted) bench.rates.push((schedules / milliseconds) * 1000);
}

function rateOf({ name, rates, schedules, steps }: Bench): ExploreRate {
  const sorted = rates.toSorted((a, b) => b - a);
  const perRun = steps / schedules;
  return {
    litmus: name,
    steps: Math.round(perRun),
    schedulesPerSecondBest: Math.round(sorted[0]),
    schedulesPerSecondMedian: Math.round(sorted[Math.floor(sorted.length / 2)]),
    stepsPerSecondBest: Math.round(sorted[0] * perRun),
  };
}
