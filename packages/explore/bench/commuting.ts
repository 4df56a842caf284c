/**
 * Looks for steps that are taken to commute, and do not: random litmuses, whose schedules are run
 * again with independent steps in another order. Prints the pair of steps for each that ends
 * otherwise.
 *
 *   node --conditions=@forkpath/source packages/explore/bench/commuting.ts KERNEL FIRST LAST
 *
 * KERNEL is el6, v6.1 or v6.18; FIRST and LAST are seeds. Ends with 1 if it has found one.
 */
import { PointKind } from "@forkpath/sync";
import { type Finding, findWrong } from "../test/endings/check.ts";
import type { KernelText } from "../test/endings/random-litmus.ts";
import type { ReorderedRun, TakenStep } from "../test/endings/reorder.ts";

/** Steps of each run that are shown, from the pair on, and their width. */
const SHOWN = 20;
const WIDTH = 72;

const [kernel = "el6", first = "1", last = "1000"] = process.argv.slice(2);
const counts = { checked: 0, skipped: 0, wrong: 0 };
for (let seed = Number(first); seed <= Number(last); seed++) {
  const found = findWrong(seed, kernel as KernelText);
  if (found === "skipped") counts.skipped++;
  else counts.checked++;
  if (found === "skipped" || found === null) continue;
  counts.wrong++;
  tell(seed, found);
}
console.log(
  `${kernel}: ${counts.checked} checked, ${counts.skipped} skipped, ${counts.wrong} wrong`,
);
process.exitCode = counts.wrong === 0 ? 0 : 1;

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
