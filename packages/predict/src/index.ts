export type { Bounds } from "./levels/bounds.ts";
export { Clause } from "./load/clause.ts";
export { type PredictOptions, predictFork } from "./predict.ts";
export type { Figures, PredictedArea, PredictedSide, Prediction } from "./prediction.ts";
export type { ChargedArea, CommitAnswer } from "./refuse.ts";
export { kernelOf } from "./subject.ts";
export type { AddressRange, Level } from "./types.ts";
