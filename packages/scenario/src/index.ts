export { type Defect, listDefects } from "./defects/list.ts";
export type { Expectation, Observation } from "./format/expectation.ts";
export { scenarioJsonSchema } from "./format/json-schema.ts";
export type { MachineSpec } from "./format/machine.ts";
export type { MappingKind, MappingSpec } from "./format/mapping.ts";
export type { Place } from "./format/place.ts";
export { isPointNamed, type PointName, parsePointName } from "./format/point-name.ts";
export type { Position } from "./format/position.ts";
export type { ProcessSpec } from "./format/process.ts";
export type { Cure, Scenario } from "./format/scenario.ts";
export type { Action, Step, StepCommon, Verb } from "./format/step.ts";
export type { FactValue, Wanted } from "./format/wanted.ts";
export { parseScenario } from "./parse/parse-scenario.ts";
export { type Problem, ScenarioError } from "./parse/problem.ts";
export { expectationsOf, stepOf } from "./parse/read-entry.ts";
export { editDistance } from "./parse/suggest.ts";
export { CannotRun } from "./run/cannot-run.ts";
export { type ExpectationResult, evaluate } from "./run/observe.ts";
export {
  type Fault,
  type FaultOptions,
  type FaultReport,
  isFaultClean,
  runFaults,
} from "./run/run-faults.ts";
export {
  openWorld,
  type RunOptions,
  runScenario,
  type ScenarioResult,
} from "./run/run-scenario.ts";
export { runStep, type StepResult } from "./run/run-step.ts";
export { type Stage, stageThreads } from "./run/stage.ts";
export type { StagedThread } from "./run/stage-thread.ts";
export { taskOf } from "./run/who.ts";
export type { LiveMapping, LiveProcess, World } from "./run/world.ts";
