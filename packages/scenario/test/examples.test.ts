/** The examples of the project: each opens with what it teaches, and comes out as it says. */
import { describe, expect, test } from "vitest";
import { runScenario } from "../src/index.ts";
import { parsed, scenarioFiles, unmet } from "./files.ts";

const files = scenarioFiles("../../../examples");

test("there are at least twelve, and all but the one of a defect are recounted in the end", () => {
  expect(files.length).toBeGreaterThanOrEqual(12);
  const unchecked = files.filter(({ text }) => !text.includes("- check: clean"));
  expect(unchecked.map(({ name }) => name)).toEqual(["migrate-during-fork.yaml"]);
});

describe.each(files.map((file) => [file.name, file] as const))("%s", (_, file) => {
  const lines = file.text.split("\n");

  test("opens with its schema for editors, and with what it teaches", () => {
    expect(lines[0]).toBe("# yaml-language-server: $schema=../packages/scenario/schema.json");
    const comment = lines.findIndex((line) => !line.startsWith("#"));
    expect(comment).toBeGreaterThan(5);
  });

  test("comes out as it says", { timeout: 20_000 }, () => {
    expect(unmet(runScenario(parsed(file)))).toEqual([]);
  });
});
