/** Examples of what changed: each is as expected on every release, and bisect finds the rule. */
import { KERNELS, type KernelName } from "@forkpath/abi";
import { describe, expect, test } from "vitest";
import { bisectScenario, parseScenario, runOnKernels, type Scenario } from "../src/index.ts";
import { parsed, scenarioFiles } from "./files.ts";

const examples = new Map(scenarioFiles("../../../examples").map((file) => [file.name, file]));
const example = (name: string): Scenario => parsed(examples.get(`${name}.yaml`)!);

/** `v5.4 v5.10: huge`, once for each cause. */
const turns = (scenario: Scenario, kernels: readonly KernelName[] = KERNELS): readonly string[] => [
  ...new Set(
    bisectScenario(scenario, kernels).map(({ was, is, cause }) => {
      const rules = cause.rules
        .map(({ name }) => name)
        .join(cause.how === "alone" ? " or " : " and ");
      return `${was.kernel} ${is.kernel}: ${rules}`;
    }),
  ),
];

describe.each([
  ["thp-after-fork", ["v5.4 v5.10: huge"]],
  ["overcommit-requests", ["v4.14 rhel8: overcommitGuess"]],
  [
    "wipe-on-fork",
    [
      "v3.10 rhel7: advices",
      "v3.10 rhel7: advices and inherit",
      "rhel7 v4.4: advices",
      "rhel7 v4.4: advices or inherit",
      "v4.4 v4.14: advices",
      "v4.4 v4.14: advices and inherit",
    ],
  ],
  [
    "shmem-counter",
    ["v3.10 rhel7: shmemCounter", "rhel7 v4.4: shmemCounter", "v4.4 v4.14: shmemCounter"],
  ],
  ["reuse-after-swap", ["v5.4 v5.10: reuse", "v5.14 v5.19: reuse"]],
  ["fault-around", ["rhel7 v4.4: faultAroundPages"]],
  ["migration-counter", ["el6 v3.10: migrationCounter"]],
])("%s", (name, wanted) => {
  const scenario = example(name);

  test("is as expected on every release", { timeout: 20_000 }, () => {
    const table = runOnKernels(scenario, KERNELS, { check: true });
    const wrong = table.rows.flatMap(({ line, cells }) =>
      cells.flatMap(({ kernel, got, isMet, isAsked }) =>
        isMet || !isAsked ? [] : [`${line} on ${kernel}: ${got}`],
      ),
    );
    expect(wrong).toEqual([]);
    expect(table.isOk).toBe(true);
  });

  test("turns where its rule does", { timeout: 20_000 }, () => {
    expect(turns(scenario)).toEqual(wanted);
  });
});

describe("bisect", () => {
  const shmem = example("shmem-counter");

  test("compares the releases that it is given, backwards too", () => {
    expect(turns(shmem, ["el6", "v6.18"])).toEqual(["el6 v6.18: shmemCounter"]);
    expect(turns(shmem, ["v6.18", "v4.4"])).toEqual(["v6.18 v4.4: shmemCounter"]);
    expect(turns(shmem, ["v4.14", "v6.18"])).toEqual([]);
  });

  test("leaves alone what the scenario says of its rules", () => {
    const fixed = { ...shmem, machine: { rules: { shmemCounter: "el6" } } } as const;
    expect(turns(fixed)).toEqual([]);
  });

  test("tells of a step that ends otherwise, and of what never comes then", () => {
    const scenario = parseScenario(`
machine: { memory: 64M }
processes: { P: { mappings: { heap: { size: 40M, written: all } } } }
steps:
  - { fork: P, as: C }
  - { write: C heap 0 }
expect:
  - { process: C, Rss: 40 MB }
`);
    const found = bisectScenario(scenario, ["v4.14", "rhel8"]);
    expect(found.map(({ line, was, is }) => [line, was.got, is.got])).toEqual([
      [5, "ENOMEM", "success"],
      [6, "there is no process C", "success"],
      [8, "there is no process C", "40960 kB"],
    ]);
  });
});

test("a table has a cell for each release, asked there or not", () => {
  const { rows, isOk } = runOnKernels(example("fault-around"), ["rhel7", "v4.4"]);
  const faults = rows.filter(({ text }) => text === "child minorFaults");
  expect(faults.map(({ cells }) => cells.map(({ got, isAsked }) => [got, isAsked]))).toEqual([
    [
      ["16", true],
      ["1", false],
    ],
    [
      ["16", false],
      ["1", true],
    ],
  ]);
  expect(isOk).toBe(true);
});
