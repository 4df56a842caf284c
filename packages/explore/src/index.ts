export {
  type CounterLitmusOptions,
  type CounterState,
  type CounterThread,
  counterLitmus,
} from "./counter-litmus.ts";
export { counterLitmuses, type ExecChargeOptions, execCharge } from "./counter-litmuses.ts";
export { kernelDependence } from "./dependence.ts";
export { type Litmus, type LitmusState, switchTo } from "./litmus.ts";
export {
  CURED,
  type ScenarioLitmusOptions,
  type ScenarioState,
  scenarioLitmus,
} from "./scenario-litmus.ts";
