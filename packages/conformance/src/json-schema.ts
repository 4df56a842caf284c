/**
 * The schema of a vector for other languages: JSON Schema, draft 2020-12.
 *
 * It is generated from the zod schema, so the two cannot disagree; `data/vector.schema.json` is
 * its text, and a test holds the file to it. What spans fields (`zap.vma` is an index of `vmas`)
 * only `parseVector` checks.
 */
import * as z from "zod";
import { vectorParts, vectorSchema } from "./schema.ts";

/**
 * As text, two spaces a level, with a newline at the end.
 * @example
 * ```ts
 * import { vectorJsonSchema } from "@forkpath/conformance";
 * console.log(JSON.parse(vectorJsonSchema()).$schema.includes("json-schema.org")); // true
 * ```
 */
export function vectorJsonSchema(): string {
  const names = z.registry<{ id: string }>();
  for (const [id, part] of Object.entries(vectorParts)) names.add(part, { id });
  const schema = z.toJSONSchema(vectorSchema, { metadata: names });
  return `${JSON.stringify({ title: "forkpath differential vector", ...schema }, null, 2)}\n`;
}
