/**
 * Worlds, stages and verbs one by one: what the fuzzer, the explorer and the command line are
 * built from.
 * For the packages of forkpath and its tests: no part of what the versions of this package promise.
 */
export { isPointNamed, type PointName, parsePointName } from "./format/point-name.ts";
export { helpOnRange, helpOnRelease, rangeMeant, releaseMeant } from "./format/release.ts";
export { nearestWord } from "./format/suggest.ts";
export { createStartReader, expectationsOf, scenarioOf, stepOf } from "./parse/read-entry.ts";
export { createStepReader } from "./parse/steps.ts";
export { evaluate } from "./run/observe.ts";
export { openWorld } from "./run/open-world.ts";
export { type MadeStep, makeStep, runStep } from "./run/run-step.ts";
export { repeatStage, stageThreads } from "./run/stage.ts";
export { expectSwitchPoints } from "./run/switch-points.ts";
export { failureOn } from "./story/failure.ts";
export { VERBS } from "./verbs/all.ts";
export {
  type Chance,
  type Choice,
  type Cup,
  chanceFrom,
  cupOf,
  type Die,
  type Entry,
  pickDie,
  someHugeSize,
} from "./verbs/dice.ts";
export { HEAP_START } from "./world/mapping.ts";
export { hasOrphans, taskOf } from "./world/who.ts";
