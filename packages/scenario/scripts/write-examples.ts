/**
 * Writes what `@forkpath/scenario/examples` holds: run it when a file in the `examples` of the
 * repository has changed.
 */
import { writeFileSync } from "node:fs";
import { gatherExamples } from "./gather-examples.ts";

for (const [name, data] of Object.entries(gatherExamples())) {
  const path = new URL(`../src/examples/${name}.json`, import.meta.url);
  writeFileSync(path, `${JSON.stringify(data, null, 2)}\n`);
}
