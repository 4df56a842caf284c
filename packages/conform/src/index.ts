export type { Difference } from "./compare.ts";
export { type ForkpathModelOptions, forkpathModel } from "./forkpath/forkpath-model.ts";
export type { AddressSpace, Chain, Model, ModelRun, Outside, Side, Snapshot } from "./model.ts";
export { isPassed, runVector, type Verdict } from "./run-vector.ts";
