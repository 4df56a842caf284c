export type { Advice, AdviceKind } from "./advice.ts";
export { type Calibration, DEFAULT_CALIBRATION, type Duration } from "./cost.ts";
export type { ForkCounts } from "./counts.ts";
export {
  type Growth,
  type GrowthPlan,
  type GrowthPoint,
  growthOf,
  type SharedPages,
  type Writes,
} from "./growth.ts";
export type { Bounds } from "./levels/bounds.ts";
export { Clause } from "./load/clause.ts";
export type { MemoryFacts } from "./machine.ts";
export { type PredictOptions, predictFork } from "./predict.ts";
export type {
  Figures,
  GrowthLimit,
  PredictedArea,
  PredictedSide,
  Prediction,
} from "./prediction.ts";
export { type ProcessRows, processRows } from "./read/process-rows.ts";
export type { Rows } from "./read/rows.ts";
export type { ChargedArea, CommitAnswer } from "./refuse.ts";
export { kernelOf } from "./subject.ts";
export type { AddressRange, Level } from "./types.ts";
