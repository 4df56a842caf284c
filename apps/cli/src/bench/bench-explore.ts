/**
 * Times explorations: bare counters, where a run is its steps and little else, and a whole kernel,
 * which is taken back to where the threads begin for each schedule.
 *
 * Both run in turn, in rounds of some milliseconds. The first rounds are for the compiler and are
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
}

const WHOLE = "fork-against-reclaim+everywhere";
const WARM_UP_ROUNDS = 3;
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

/** The machine that the kernel's rounds run on. */
export const findWholeLitmus = async (
  stdin: AsyncIterable<Uint8Array>,
): Promise<Litmus<LitmusState>> => makeLitmus(await findLitmus(WHOLE, stdin));

/** Yields how many rounds have been made, warm-up included. */
export function* benchingExplore(
  whole: Litmus<LitmusState>,
  rounds: number,
): Work<BenchExploreResult> {
  const bare = benchOf(execCharge() as Litmus<LitmusState>, dfs());
  const kernel = benchOf(whole, parseStrategy("dpor", 1));
  let counted = 0;
  for (let round = 0; counted < rounds; round++) {
    const isCounted = round >= WARM_UP_ROUNDS;
    for (const bench of [bare, kernel]) makeRound(bench, isCounted);
    if (isCounted) counted++;
    if ((yield counted) && counted > 0) break;
  }
  const rates = [rateOf(bare), rateOf(kernel)] as const;
  const ratio = rates[1].stepsPerSecondBest / rates[0].stepsPerSecondBest;
  return {
    rounds: counted,
    bare: rates[0],
    kernel: rates[1],
    ratio: Math.round(ratio * 1000) / 1000,
  };
}

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
    const found = exploreProgram(bench.litmus, bench.strategy);
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
