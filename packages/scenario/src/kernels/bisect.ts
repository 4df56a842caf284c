/**
 * Since when does a history go as it does, and which rule of the kernel is it?
 *
 *    v5.4 ──────────────────────── v5.10          what each row came to: a run on each
 *      │ reuse as v5.10    → still as v5.4        and in between a run for each rule that
 *      │ huge as v5.10     → as v5.10   ←         the two releases answer otherwise
 *      │ …
 *
 * Where no rule does it alone, a set of rules is looked for that does, of which none can be left
 * out.
 */
import type { KernelName } from "@forkpath/abi";
import { differences, type RuleDifference } from "@forkpath/kernel";
import { expectSwitchPoints } from "../run/switch-points.ts";
import type { Scenario } from "../story/scenario.ts";
import { type Cell, cellsOn, type RowHead, rowHeads } from "./cells.ts";
import { smallestSet } from "./smallest-set.ts";

/**
 * Rules that make one release's answer of the other's:
 *
 *    alone       each of them does it by itself
 *    together    they do it all at once, and none can be left out
 *    unknown     not even all rules do it
 */
export interface Cause {
  /** How the rules do it. */
  readonly how: "alone" | "together" | "unknown";
  /** The rules: one or more alone, all that it takes together, none where it is unknown. */
  readonly rules: readonly RuleDifference[];
}

/** Between two releases that follow each other, a row goes otherwise. */
export interface Turn extends RowHead {
  /** On the older release. */
  readonly was: Cell;
  /** On the younger one. */
  readonly is: Cell;
  /** Which rules make the difference. */
  readonly cause: Cause;
}

/** Called before each run: the release, and the rules that answer as the next one. */
export type OnRun = (kernel: KernelName, rules: readonly RuleDifference[]) => void;

/**
 * Looks at each pair of releases that follow each other in `kernels`. The row of a step turns where
 * it ends otherwise; that of an expectation where it is met on one of the two only.
 * @throws ScenarioError when its threads touch nothing of a name in `switchAt`
 */
export function bisectScenario(
  scenario: Scenario,
  kernels: readonly KernelName[],
  onRun: OnRun = () => {},
): readonly Turn[] {
  expectSwitchPoints(scenario);
  const run: Run = (kernel, rules, to) => {
    onRun(kernel, rules);
    const exchanges = Object.fromEntries(rules.map(({ name }) => [name, to]));
    return cellsOn(scenario, { kernel, rules: exchanges });
  };
  const runs = kernels.map((kernel) => run(kernel, [], kernel));
  return runs.slice(1).flatMap((is, index) => turnsBetween(scenario, runs[index], is, run));
}

/** Runs it on `kernel`, with those rules as `to` has them. */
type Run = (
  kernel: KernelName,
  rules: readonly RuleDifference[],
  to: KernelName,
) => readonly Cell[];

function turnsBetween(
  scenario: Scenario,
  was: readonly Cell[],
  is: readonly Cell[],
  run: Run,
): Turn[] {
  const heads = rowHeads(scenario);
  const from = was[0].kernel;
  const to = is[0].kernel;
  const fixed = scenario.machine.rules ?? {};
  const rules = differences(from, to).filter(({ name }) => !Object.hasOwn(fixed, name));
  const tried = new Map<string, readonly Cell[]>();
  const cellsWith = (some: readonly RuleDifference[]): readonly Cell[] => {
    const key = some.map(({ name }) => name).join(" ");
    const cells = tried.get(key) ?? run(from, some, to);
    tried.set(key, cells);
    return cells;
  };
  return heads.flatMap((head, row) => {
    const wanted = verdict(head, is[row]);
    if (verdict(head, was[row]) === wanted) return [];
    const cellOf = (some: readonly RuleDifference[]): Cell => cellsWith(some)[row];
    const cause = causeOf(
      rules,
      (some) => verdict(head, cellOf(some)) === wanted,
      (some) => cellOf(some).got === is[row].got,
    );
    return [{ ...head, was: was[row], is: is[row], cause }];
  });
}

type Asks = (some: readonly RuleDifference[]) => boolean;

/** Where some rules alone make the very same answer, others that turn the row are left out. */
function causeOf(rules: readonly RuleDifference[], turnsIt: Asks, isSame: Asks): Cause {
  const alone = rules.filter((one) => turnsIt([one]));
  const exact = alone.filter((one) => isSame([one]));
  if (exact.length > 0) return { how: "alone", rules: exact };
  if (alone.length > 0) return { how: "alone", rules: alone };
  const together = smallestSet(rules, turnsIt);
  if (together === undefined) return { how: "unknown", rules: [] };
  return { how: "together", rules: together };
}

/** What must change for a row to turn. */
const verdict = ({ kind }: RowHead, { got, isMet }: Cell): string | boolean | null =>
  kind === "outcome" || got === null ? got : isMet;
