/** A machine with more swap areas than its release has types for is told where the file says so. */
import { expect, test } from "vitest";
import { parseScenario } from "../src/index.ts";

const machineOf = (kernel: string, areas: number, build = ""): string => `
machine: { kernel: ${kernel}, ${build} swap: [${new Array(areas).fill("1M").join(", ")}] }
processes: { P: {} }
steps: [{ fork: P, as: C }]
`;

test("24 areas on v6.18, and 28 without poison and memory of devices", () => {
  expect(parseScenario(machineOf("v6.18", 24)).machine.swap).toHaveLength(24);
  const build = "memoryFailure: false, devicePrivate: false,";
  expect(parseScenario(machineOf("v6.18", 28, build)).machine.swap).toHaveLength(28);
  expect(() => parseScenario(machineOf("v6.18", 25), "f.yaml")).toThrow(
    /f.yaml:2:\d+: wanted at most 24 areas on v6.18 as it is built, got 25/,
  );
});
