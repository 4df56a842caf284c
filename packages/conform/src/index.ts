export type { VectorDifference } from "./compare.ts";
export { type ForkpathModelOptions, forkpathModel } from "./forkpath/forkpath-model.ts";
export type { AddressSpace, Chain, Model, ModelRun, ModelState, Outside, Side } from "./model.ts";
export type { FieldDifference } from "./replay/compare-state.ts";
export {
  type HistoryDifference,
  type HistoryOptions,
  type HistoryVerdict,
  runHistory,
} from "./replay/run-history.ts";
export {
  countShapes,
  type Group,
  groupFailures,
  type Judged,
  type ShapeCount,
} from "./replay/summary.ts";
export { isPassed, runVector, type Verdict } from "./run-vector.ts";
