export { type Calibration, DEFAULT_CALIBRATION, type Duration } from "./cost/cost.ts";
export type { ForkCounts } from "./cost/counts.ts";
export {
  type Growth,
  type GrowthPlan,
  type GrowthPoint,
  growthOf,
  type SharedPages,
  type Writes,
} from "./cost/growth.ts";
export type { MemoryFacts } from "./cost/machine.ts";
export type { ChargedArea, CommitAnswer } from "./cost/refuse.ts";
export type { Bounds } from "./levels/bounds.ts";
export { Clause } from "./load/clause.ts";
export type { Advice, AdviceKind } from "./predict/advice.ts";
export { type PredictOptions, predictFork } from "./predict/predict.ts";
export type {
  Figures,
  GrowthLimit,
  PredictedArea,
  PredictedSide,
  Prediction,
} from "./predict/prediction.ts";
export { kernelOf } from "./predict/subject.ts";
export { type ProcessRows, processRows } from "./read/process-rows.ts";
export type { RowName, Rows } from "./read/rows.ts";
export type { AddressRange, Knowledge } from "./types.ts";
