export {
  type CounterLitmusOptions,
  type CounterLitmusState,
  type CounterThread,
  counterLitmus,
} from "./counter-litmus.ts";
export { counterLitmuses, type ExecChargeOptions, execCharge } from "./counter-litmuses.ts";
export { kernelApart, kernelDependence, kernelForced } from "./dependence.ts";
export {
  type ExplainedFailure,
  explainFailure,
  isAlwaysAlike,
  plainestFailure,
} from "./explain.ts";
export { type Endings, type EndingsOptions, explore } from "./explore.ts";
export { type Litmus, type LitmusState, type LitmusThread, switchTo } from "./litmus.ts";
export { formatReplay, parseReplay, type ReplayString, replayOf } from "./replay-string.ts";
export {
  CURED,
  EVERYWHERE,
  type ScenarioLitmusOptions,
  type ScenarioState,
  scenarioLitmus,
} from "./scenario-litmus.ts";
export { parseStrategy, STRATEGY_FORMS } from "./strategy-text.ts";
export { happensBefore } from "./watch/happens-before.ts";
export { lockOrder } from "./watch/lock-order.ts";
export { lockset } from "./watch/lockset.ts";
export type { Doer, Finding, Monitor } from "./watch/monitor.ts";
export {
  type Deed,
  type LookOptions,
  type ObservedRun,
  type ObserveOptions,
  observe,
  type SeenStep,
} from "./watch/observe.ts";
export { allMonitors, patrol } from "./watch/patrol.ts";
export { plainSchedule } from "./watch/plain-schedule.ts";
export { rowText } from "./watch/row-text.ts";
export type { SeenPoint } from "./watch/seen-point.ts";
export { drawWitness, type WitnessOptions } from "./watch/witness.ts";
