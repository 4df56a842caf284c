export { type DefectFate, FATES_OF, type FateStatus, listFates } from "./defects/fates.ts";
export { type Defect, listDefects } from "./defects/list.ts";
export type { Expectation, Observation } from "./facts/observation.ts";
export type { MachineSpec } from "./format/machine.ts";
export type { MappingKind, MappingSpec } from "./format/mapping.ts";
export type { Place } from "./format/place.ts";
export type { Position } from "./format/position.ts";
export { type Problem, ScenarioError } from "./format/problem.ts";
export type { ProcessSpec } from "./format/process.ts";
export type { FactValue, Wanted } from "./format/wanted.ts";
export { bisectScenario, type Cause, type OnRun, type Turn } from "./kernels/bisect.ts";
export type { Cell, RowHead } from "./kernels/cells.ts";
export { type KernelRow, type KernelTable, runOnKernels } from "./kernels/run-on-kernels.ts";
export { scenarioJsonSchema } from "./parse/json-schema.ts";
export { parseScenario } from "./parse/parse-scenario.ts";
export type { NamedMapping, NamedProcess } from "./run/names.ts";
export type { ExpectationResult } from "./run/observe.ts";
export { onKernel } from "./run/open-world.ts";
export {
  type Fault,
  type FaultOptions,
  type FaultReport,
  type FaultsDone,
  isFaultClean,
  runFaults,
  runFaultsSteps,
} from "./run/run-faults.ts";
export { type RunOptions, runScenario, type ScenarioResult } from "./run/run-scenario.ts";
export type { StepResult } from "./run/run-step.ts";
export { type NextOptions, openSession, type Session, stepsOf } from "./run/session.ts";
export type { Stage } from "./run/stage.ts";
export type { StagedThread } from "./run/stage-thread.ts";
export type { Walk } from "./run/walk.ts";
export type { Cure, Scenario } from "./story/scenario.ts";
export type { Step, StepCommon } from "./story/step.ts";
export { CannotRun } from "./world/cannot-run.ts";
export type { LiveProcess, World } from "./world/world.ts";
