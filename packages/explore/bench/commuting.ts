/**
 * Looks for steps that are taken to commute, and do not: random litmuses, whose schedules are run
 * again with independent steps in another order. Prints the pair of steps for each that ends
 * otherwise.
 *
 *   node --conditions=@forkpath/source packages/explore/bench/commuting.ts KERNEL FIRST LAST
 *
 * KERNEL is el6, v6.1 or v6.18; FIRST and LAST are seeds. Ends with 1 if it has found one. With
 * SETS behind them, compares the endings that `dpor` shows with those of other strategies instead.
 */
import { PointKind } from "@forkpath/sync";
import { type Finding, findWrong, litmusOfSeed } from "../test/endings/check.ts";
import type { KernelText } from "../test/endings/random-litmus.ts";
import type { ReorderedRun, TakenStep } from "../test/endings/reorder.ts";
import { compareEndings } from "../test/endings/sets.ts";

/** Steps of each run that are shown, from the pair on, and their width. */
const SHOWN = 20;
const WIDTH = 72;

/** Of each litmus, where sets of endings are compared. */
const EFFORT = { classes: 2000, others: 300 };

const [kernel = "el6", first = "1", last = "1000", mode = ""] = process.argv.slice(2);
const counts = { checked: 0, skipped: 0, wrong: 0, exhaustive: 0 };
for (let seed = Number(first); seed <= Number(last); seed++) {
  const found = mode === "SETS" ? findMissed(seed) : findWrong(seed, kernel as KernelText);
  if (found === "skipped") counts.skipped++;
  else counts.checked++;
  if (found === "skipped" || found === null) continue;
  counts.wrong++;
  tell(seed, found);
}
console.log(`${kernel}: ${JSON.stringify(counts)}`);
process.exitCode = counts.wrong === 0 ? 0 : 1;

/** A litmus with too many classes is skipped. */
function findMissed(seed: number): "skipped" | null {
  const found = litmusOfSeed(seed, kernel as KernelText);
  if (found === null) return "skipped";
  const [document, litmus] = found;
  const { complete, isExhaustive, missed } = compareEndings(litmus, EFFORT);
  if (isExhaustive) counts.exhaustive++;
  if (missed.length > 0) {
    counts.wrong++;
    console.log(`seed ${seed}: ${missed.length} missed: ${missed[0]}`);
    console.log(`  ${JSON.stringify(document)}`);
  }
  return complete ? null : "skipped";
}

function tell(seed: number, { document, culprits }: Finding): void {
  const { at, runs, endings } = culprits;
  console.log(`seed ${seed}: ${nameOf(culprits.first)} | ${nameOf(culprits.second)}`);
  console.log(`  ${JSON.stringify(document)}`);
  const [one, other] = endings.map((ending) => ending.split("\n"));
  for (const [index, line] of one.entries()) {
    if (line !== other[index]) console.log(`  - ${line}\n  + ${other[index] ?? ""}`);
  }
  const [left, right] = runs.map((run) => linesOf(run, at));
  for (const [index, line] of left.entries()) {
    console.log(`  ${line.slice(0, WIDTH).padEnd(WIDTH)} ${right[index] ?? ""}`);
  }
}

function linesOf({ steps }: ReorderedRun, at: number): string[] {
  return steps.slice(at, at + SHOWN).map((step) => `${step.thread} ${nameOf(step)}`);
}

function nameOf({ point }: TakenStep): string {
  const [kind] = Object.entries(PointKind).find(([, value]) => value === point.kind) ?? ["?"];
  const parts = point.parts?.map((part) => (typeof part === "object" ? "object" : part));
  return `${kind} ${point.label}${parts === undefined ? "" : ` [${parts.join(", ")}]`}`;
}
