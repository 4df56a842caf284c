/**
 * Runs broken inputs as processes of the built command, and judges how they end.
 *
 *    pnpm corrupt [--seed S] [--count N] [--only NUMBER] [--keep FOLDER]
 *
 * Takes some minutes for 1,000. With --keep, the files of the last input stay in that folder. Exits
 * 1 when something is wrong.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeInputs } from "./inputs.ts";
import { complaints } from "./judge.ts";
import { gatherMaterial } from "./material.ts";
import { runProcess, writeFiles } from "./run-process.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "1000" },
    only: { type: "string" },
    keep: { type: "string" },
  },
});
const seed = Number(values.seed);
const folder = values.keep ?? mkdtempSync(join(tmpdir(), "forkpath-"));
const material = await gatherMaterial(async (words) => (await runProcess(words, folder)).out);
const inputs = makeInputs(seed, Number(values.count), material);
const chosen = values.only === undefined ? inputs : [inputs[Number(values.only)]];

let wrong = 0;
let longest = 0;
let largest = 0;
const codes = new Map<number | null, number>();
for (const input of chosen) {
  writeFiles(input, folder);
  const ending = await runProcess(input.words, folder);
  const found = complaints(input, ending);
  for (const text of found) console.log(`seed ${seed}, input ${input.number}: ${text}`);
  wrong += found.length > 0 ? 1 : 0;
  longest = Math.max(longest, ending.seconds);
  largest = Math.max(largest, ending.mib);
  codes.set(ending.exitCode, (codes.get(ending.exitCode) ?? 0) + 1);
  if (values.only !== undefined) console.log(input.words, ending);
}
if (values.keep === undefined) rmSync(folder, { recursive: true });
const counts = [...codes].map(([code, count]) => `${count} with exit code ${code}`).join(", ");
console.log(
  `seed ${seed}: ${chosen.length} inputs, ${wrong} wrong; ${counts}; ` +
    `at most ${longest.toFixed(1)} s and ${largest} MiB`,
);
process.exitCode = wrong === 0 ? 0 : 1;
