/** Writes data/vector.schema.json from the zod schema: run it when src/schema.ts has changed. */
import { writeFileSync } from "node:fs";
import { vectorJsonSchema } from "../src/index.ts";

writeFileSync(new URL("../data/vector.schema.json", import.meta.url), vectorJsonSchema());
