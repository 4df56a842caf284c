/** SPEC §11: the defects that the model shows, each as a scenario, and the list of all. */
import { describe, expect, test } from "vitest";
import { listDefects, runScenario } from "../src/index.ts";
import { mismatches, parsed, scenarioFiles, unmet } from "./files.ts";

const files = scenarioFiles("../defects");
const defects = listDefects();

describe("the list", () => {
  test("names all of D1 to D45, each once", () => {
    const ids = Array.from({ length: 45 }, (_, index) => `D${index + 1}`);
    expect(defects.map(({ id }) => id)).toEqual(ids);
  });

  test("names every file, and no other", () => {
    const listed = defects.flatMap(({ scenarios }) => scenarios);
    expect(files.map(({ name }) => name)).toEqual([...listed].sort());
  });

  test("gives a reason exactly where nothing is shown", () => {
    for (const { id, scenarios, status, reason } of defects) {
      const isShown = scenarios.length > 0;
      expect([id, status], id).toEqual([id, isShown ? "reproduced" : "not modelled"]);
      expect(reason === null, id).toBe(isShown);
    }
  });

  test("shows those that the project promises to show", () => {
    const shown = defects.filter(({ status }) => status === "reproduced").map(({ id }) => id);
    const promised = [1, 3, 4, 7, 8, 9, 10, 11, 13, 16, 31, 36, 37].map((id) => `D${id}`);
    expect(shown).toEqual(expect.arrayContaining(promised));
    expect(shown.length).toBeGreaterThanOrEqual(18);
  });
});

describe.each(files.map((file) => [parsed(file).title, file] as const))(
  "SPEC §11 %s",
  (_, file) => {
    const scenario = parsed(file);

    test("shows what it says", () => {
      expect(unmet(runScenario(scenario))).toEqual([]);
    });

    test("tells what is behind it, and what to look at", () => {
      expect(scenario.title.startsWith(`${scenario.defect}`)).toBe(true);
      expect(scenario.about.length).toBeGreaterThan(80);
      expect(scenario.see.length).toBeGreaterThan(30);
      expect(defects.find(({ id }) => id === scenario.defect)?.scenarios).toContain(file.name);
    });
  },
);

const curable = files.map(parsed).filter(({ cure }) => cure !== null);

test("the machine has D1 and D17 mended as a configuration", () => {
  expect(curable.map(({ defect }) => defect)).toEqual(["D1", "D17"]);
});

test.each(curable.map((scenario) => [scenario.title, scenario] as const))("%s: cured", (_, one) => {
  const cured = runScenario(one, { cured: true, check: true });
  expect(cured.expectations.length).toBeGreaterThan(0);
  expect(unmet(cured)).toEqual([]);
  expect(mismatches(cured)).toEqual([]);
});
