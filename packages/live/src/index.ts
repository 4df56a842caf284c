export type { Environment } from "./build-recorder.ts";
export type { LiveDifference } from "./difference.ts";
export { LiveError } from "./live-error.ts";
export type { Sight } from "./look.ts";
export type { BackingFile, ProgramLayout } from "./made-call.ts";
export type { Obstacle } from "./obstacles.ts";
export { type LivePlan, type PlanOptions, planLive } from "./plan-live.ts";
export { type LiveOptions, type LiveResult, type LiveStep, runLive } from "./run-live.ts";
export { profileFor, type ThisMachine } from "./this-machine.ts";
