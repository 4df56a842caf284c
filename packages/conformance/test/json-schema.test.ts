import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { vectorJsonSchema } from "../src/index.ts";

const published = readFileSync(new URL("../data/vector.schema.json", import.meta.url), "utf8");

test("the published JSON Schema is the one that the zod schema makes: else run `pnpm schema`", () => {
  expect(published).toBe(vectorJsonSchema());
});

test("it is as strict as the loader's: no object takes a key that it does not name", () => {
  const { $defs } = JSON.parse(published);
  const open = Object.entries<{ type?: string; additionalProperties?: unknown }>($defs)
    .filter(([, part]) => part.type === "object" && part.additionalProperties !== false)
    .map(([name]) => name);
  expect(open).toEqual(["badEntry"]); // whose further fields are hex texts
});
