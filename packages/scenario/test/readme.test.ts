/** The example of README.md is run as it stands there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseScenario, runScenario } from "../src/index.ts";
import { mismatches, unmet } from "./files.ts";

const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");
const block = (language: string): string =>
  readme.match(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s"))?.[1] ?? "";

test("the scenario of the README comes out as it says", () => {
  const result = runScenario(parseScenario(block("yaml"), "prefork.yaml"), { check: true });
  expect(unmet(result)).toEqual([]);
  expect(mismatches(result)).toEqual([]);
  expect(result.isOk).toBe(true);
  expect(result.expectations).toHaveLength(6);
});

test("its code prints a line for each expectation that is not met", () => {
  const text = block("yaml").replace("mapcount: 20", "mapcount: 21");
  const lines: string[] = [];
  const code = block("ts").replace(/^import.*\n/, "");
  const run = new Function("parseScenario", "runScenario", "text", "console", code);
  run(parseScenario, runScenario, text, { log: (line: string) => lines.push(line) });
  expect(lines).toEqual(["prefork.yaml:13: worker2 heap 0 mapcount: wanted 21, got 20"]);
});
