export { type FuzzFailure, type FuzzOptions, type FuzzReport, fuzz, fuzzing } from "./fuzz.ts";
export type { OnStep } from "./run-history.ts";
