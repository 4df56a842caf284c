/**
 * Writes schema.json from the zod schemas: run it when a key of a verb, a fact or a machine has
 * changed.
 */
import { writeFileSync } from "node:fs";
import { scenarioJsonSchema } from "../src/index.ts";

writeFileSync(new URL("../schema.json", import.meta.url), scenarioJsonSchema());
