export type { Mismatch } from "./compare.ts";
export { isPassed, type RunOptions, runVector, type Verdict } from "./run-vector.ts";
