/** What L27 calls gone on 6.18 does not show on the model's 6.18 as it does on el6. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { listDefects, listFates, onKernel, parseScenario, runScenario } from "../src/index.ts";

const gone = new Set(listFates().flatMap(({ id, status }) => (status === "gone" ? [id] : [])));
/** Two mistakes that cancel each other out: right with them, and right without. */
const CANCELLED = "d03c.yaml";
const scenarios = listDefects()
  .filter(({ id }) => gone.has(id))
  .flatMap(({ scenarios }) => scenarios)
  .filter((file) => file !== CANCELLED);

test.each(scenarios)("%s shows no defect on v6.18", (file) => {
  const text = readFileSync(`${import.meta.dirname}/../defects/${file}`, "utf8");
  const { expectations } = runScenario(onKernel(parseScenario(text, file), "v6.18"));
  expect(expectations.some(({ isMet }) => !isMet)).toBe(true);
});
