/** The examples of the project: each opens with what it teaches, and comes out as it says. */
import { describe, expect, test } from "vitest";
import { openSession, runScenario } from "../src/index.ts";
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
    expect(parsed(file).about.length).toBeGreaterThan(200);
  });

  test("comes out as it says", { timeout: 20_000 }, () => {
    expect(unmet(runScenario(parsed(file)))).toEqual([]);
  });

  test("taken point by point, each step comes to the same", { timeout: 20_000 }, () => {
    const session = openSession(parsed(file));
    const walked = session.steps.map(() => session.walk()?.finish());
    expect(walked).toEqual(runScenario(parsed(file)).steps);
  });
});
