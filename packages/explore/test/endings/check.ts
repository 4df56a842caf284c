/**
 * One random litmus, run in random schedules and in others of their classes: all of a class must
 * end alike.
 */
import { Random } from "@forkpath/interleave";
import { parseScenario } from "@forkpath/scenario";
import {
  kernelDependence,
  type Litmus,
  type ScenarioState,
  scenarioLitmus,
} from "../../src/index.ts";
import { endingText } from "./ending-text.ts";
import { type KernelText, type LitmusDocument, randomLitmus } from "./random-litmus.ts";
import { type Culprits, type ReorderedRun, Reorderer } from "./reorder.ts";

/** Schedules of each litmus, and orders of each that are tried. */
const SCHEDULES = 4;
const ORDERS = 3;

export interface Finding {
  readonly document: LitmusDocument;
  readonly culprits: Culprits;
}

/** Names of address spaces and pids say which was made first. */
export const anonymous = (text: string): string =>
  text.replace(/\bmm\d+\b/g, "mm").replace(/ of \d+\b/g, "");

/** All that can be seen once the threads have ended, failures included. */
export function endingOf(litmus: Litmus<ScenarioState>, state: ScenarioState): string {
  const outcome = litmus.outcome?.(state, []) ?? "done";
  return `${anonymous(outcome)}\n${endingText(state)}`;
}

/** Null where no litmus comes of the seed. */
export function litmusOfSeed(
  seed: number,
  kernel: KernelText,
): readonly [LitmusDocument, Litmus<ScenarioState>] | null {
  const document = randomLitmus(seed, kernel);
  if (document === null) return null;
  try {
    const scenario = parseScenario(JSON.stringify(document));
    const litmus = scenarioLitmus(`seed ${seed}`, scenario, { everywhere: true });
    litmus.setup();
    return [document, litmus];
  } catch {
    return null;
  }
}

/** @returns what is wrong, null for nothing, or "skipped" where no litmus comes of the seed */
export function findWrong(seed: number, kernel: KernelText): Finding | "skipped" | null {
  const found = litmusOfSeed(seed, kernel);
  if (found === null) return "skipped";
  const [document, litmus] = found;
  const reorderer = new Reorderer(litmus, (state) => endingOf(litmus, state), kernelDependence);
  const random = new Random();
  random.restart(seed, 1);
  const below = (end: number): number => random.below(end);
  for (let schedule = 0; schedule < SCHEDULES; schedule++) {
    const run = randomRun(reorderer, below);
    if (isNoRun(run)) return "skipped";
    for (let tried = 0; tried < ORDERS; tried++) {
      const order = reorderer.reorder(run, below);
      const again = reorderer.runOrder(order.map((step) => run.steps[step].thread));
      if (again.ending !== run.ending) return { document, culprits: reorderer.blame(run, order) };
    }
  }
  return null;
}

/** A thread goes on for a while, and then another one has its turn. */
function randomRun(
  reorderer: Reorderer<ScenarioState>,
  below: (end: number) => number,
): ReorderedRun {
  const turn = 2 + below(8);
  let kept = 0;
  return reorderer.run((ready) => {
    if (below(turn) === 0 || !ready.includes(kept)) kept = ready[below(ready.length)];
    return kept;
  });
}

/** A thread that asks for what another one has taken away, or is itself in a call, is no litmus. */
const isNoRun = ({ ending }: ReorderedRun): boolean =>
  /^(thrown: (no |there is|.* is in a call of)|too many)/.test(ending);
