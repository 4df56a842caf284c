export { WantedError } from "./check.ts";
export { type DporOptions, dpor } from "./dpor/dpor.ts";
export { type ExploreOptions, Explorer, exploreProgram, type RunReport } from "./explore.ts";
export { type FailureKind, failureKey, type RunFailure } from "./failure.ts";
export { joinShares, mergeResults, totalOf } from "./merge.ts";
export { pct } from "./pct.ts";
export {
  type Dependence,
  type Footprint,
  type Order,
  type Point,
  sameObject,
  type ThreadBody,
} from "./point.ts";
export {
  MAX_THREADS,
  type PointScheduler,
  type Program,
  type ProgramPassing,
  type ThreadSpec,
} from "./program.ts";
export { random } from "./random-walk.ts";
export {
  type Divergence,
  type Replay,
  type ReplayedStep,
  type ReplayOptions,
  replay,
} from "./replay.ts";
export type { Exploration, Failure, Outcome, WorkerShare } from "./result.ts";
export { formatSchedule, parseSchedule, threadLetter } from "./schedule.ts";
export { type Claims, type Shard, shard } from "./shard.ts";
export { type ShrinkOptions, type Shrunk, shrink } from "./shrink.ts";
export type { Chooser, RunEnd, RunView, Search, Strategy } from "./strategy.ts";
export { bounded, dfs } from "./tree-search.ts";
export { MAX_SEED, Random } from "./xoshiro.ts";
