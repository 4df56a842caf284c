export { type FuzzFailure, type FuzzOptions, type FuzzReport, fuzz, fuzzSteps } from "./fuzz.ts";
export type { OnStep } from "./run-history.ts";
