/** schema.json is what the parser wants, as far as JSON Schema can say it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { parseScenario, scenarioJsonSchema } from "../src/index.ts";
import { type ScenarioFile, scenarioFiles } from "./files.ts";

const path = join(import.meta.dirname, "..", "schema.json");

test("the file is current: `pnpm schema` writes it", () => {
  expect(readFileSync(path, "utf8")).toBe(scenarioJsonSchema());
});

const schema = z.fromJSONSchema(JSON.parse(scenarioJsonSchema()));
const accepts = (text: string): boolean => schema.safeParse(parse(text)).success;

test.each(["../../../examples", "../defects", "appendix-b"].map((folder) => [folder] as const))(
  "accepts every scenario of %s",
  (folder) => {
    const refused = scenarioFiles(folder).filter(({ text }: ScenarioFile) => !accepts(text));
    expect(refused.map(({ name }) => name)).toEqual([]);
  },
);

describe("refuses what the parser refuses", () => {
  test.each([
    "titel: x",
    "machine: { memory: lots }",
    "machine: { overcommit: sometimes }",
    "processes: { P: { mappings: { heap: {} } } }",
    "processes: { P: { mappings: { heap: { size: 4k, kind: cheap } } } }",
    "steps: [{ frok: P }]",
    "steps: [{ fork: P, times: 0 }]",
    "steps: [{ write: P heap, advice: dontneed }]",
    "steps: [{ race: { a: { frok: P } } }]",
    "steps: [{ look: now, expect: [{ process: P, VmRss: 4 }] }]",
    "expect: [{ process: P, VmRSS: lots }]",
    "expect: [{ page: P heap 0, mapcount: true }]",
    "defect: 3",
  ])("%s", (text) => {
    expect(accepts(text)).toBe(false);
    expect(() => parseScenario(text)).toThrow();
  });
});

test("every key of a step and of an expectation has its help", () => {
  const { $defs } = JSON.parse(scenarioJsonSchema());
  for (const one of [...$defs.step.anyOf, ...$defs.expectation.anyOf]) {
    for (const [key, value] of Object.entries<{ description?: string }>(one.properties)) {
      const isSubject = ["process", "mapping", "page", "file", "reaped"].includes(key);
      expect(isSubject || value.description !== undefined, key).toBe(true);
    }
  }
});
