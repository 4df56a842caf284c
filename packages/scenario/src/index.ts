export { type DefectFate, FATES_OF, type FateStatus, listFates } from "./defects/fates.ts";
export { type Defect, listDefects } from "./defects/list.ts";
export type { EventCount, Expectation, Look, Observation } from "./facts/observation.ts";
export type {
  KnownNames,
  KnownProcess,
  KnownSpace,
  NamesMade,
  NameUse,
  TellProblem,
} from "./format/known.ts";
export type { LimitsSpec } from "./format/limits.ts";
export type { MachineSpec, NeedResched } from "./format/machine.ts";
export type { DriverKind, MappingKind, MappingSpec } from "./format/mapping.ts";
export type { OnKernels } from "./format/on.ts";
export type { Place } from "./format/place.ts";
export type { Position } from "./format/position.ts";
export { type Problem, ScenarioError } from "./format/problem.ts";
export type { ProcessInput, ProcessSpec } from "./format/process.ts";
export type { Selection } from "./format/selection.ts";
export type { FactValue, Relation, Wanted } from "./format/wanted.ts";
export { bisectScenario, type Cause, type OnRun, type Turn } from "./kernels/bisect.ts";
export type { Cell, RowHead } from "./kernels/cells.ts";
export {
  type KernelRow,
  type KernelTable,
  runOnKernels,
  type TableOptions,
} from "./kernels/run-on-kernels.ts";
export { scenarioJsonSchema } from "./parse/json-schema.ts";
export { parseScenario } from "./parse/parse-scenario.ts";
export type { NamedMapping, NamedProcess } from "./run/names.ts";
export type { ExpectationResult } from "./run/observe.ts";
export { onKernel, type WorldOptions } from "./run/open-world.ts";
export type { PeakWatch } from "./run/peaks.ts";
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
export type { StepOptions, StepResult } from "./run/run-step.ts";
export { type NextOptions, openSession, type Session, stepsOf } from "./run/session.ts";
export type { Stage } from "./run/stage.ts";
export type { StagedThread } from "./run/stage-thread.ts";
export type { Walk } from "./run/walk.ts";
export type { StepFailure } from "./story/failure.ts";
export type { Cure, Scenario } from "./story/scenario.ts";
export type { Step, StepCommon } from "./story/step.ts";
export type { Peak, PeakInput, SwitchPoint, ThreadSteps } from "./story/threads.ts";
export type { Action } from "./verbs/verb.ts";
export type { PlannedCall } from "./world/call.ts";
export { CannotRun } from "./world/cannot-run.ts";
export type { RefusalOfCall, StepOutcome } from "./world/outcome.ts";
export type { TaskWord } from "./world/who.ts";
export type {
  DeviceCalls,
  LiveMapping,
  LiveProcess,
  LiveSpace,
  StepPlan,
  Unsettled,
  World,
} from "./world/world.ts";
