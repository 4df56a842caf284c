/** Writes schema.json from the zod schemas: run it when anything in src/format has changed. */
import { writeFileSync } from "node:fs";
import { scenarioJsonSchema } from "../src/index.ts";

writeFileSync(new URL("../schema.json", import.meta.url), scenarioJsonSchema());
