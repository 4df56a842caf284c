/**
 * The layer rule on workspaces of two or three packages: which arrows it takes, which it refuses.
 */
import { describe, expect, test } from "vitest";
import { lint, manifest, rules, type Tree } from "./fixture.ts";

/** Two packages, of which the first imports the second and says so. */
const arrow = (from: string, to: string): Tree => ({
  [`packages/${from}/package.json`]: manifest(`@forkpath/${from}`, [`@forkpath/${to}`]),
  [`packages/${from}/src/index.ts`]: `import { x } from "@forkpath/${to}";\n`,
  [`packages/${to}/package.json`]: manifest(`@forkpath/${to}`),
  [`packages/${to}/src/index.ts`]: "export const x = 1;\n",
});

describe("arrows", () => {
  test.each([
    ["counters", "abi"],
    ["kernel", "counters"],
    ["sync", "abi"], // the one exception inside a level
  ])("%s may import %s", (from, to) => {
    expect(rules(arrow(from, to))).toEqual([]);
  });

  test.each([
    ["abi", "counters", "abi (level 0) imports counters (level 1): arrows point down"],
    ["swap", "rmap", "swap (level 1) imports rmap (level 1): arrows point down"],
    ["abi", "sync", "abi (level 0) imports sync (level 0): arrows point down"],
  ])("%s may not import %s", (from, to, message) => {
    expect(lint(arrow(from, to))).toEqual([`packages/${from}/src/index.ts:1: upward: ${message}`]);
  });

  test("tests obey the levels too", () => {
    expect(
      rules({
        "packages/swap/package.json": manifest("@forkpath/swap", [], ["@forkpath/mm"]),
        "packages/swap/test/a.test.ts": '\nimport type { Mm } from "@forkpath/mm";\n',
        "packages/mm/package.json": manifest("@forkpath/mm"),
      }),
    ).toEqual(["packages/swap/test/a.test.ts:2 upward"]);
  });

  test("a package without a level fails", () => {
    expect(rules({ "packages/new/package.json": manifest("@forkpath/new") })).toEqual([
      "packages/new/package.json:1 no-level",
    ]);
  });
});

describe("beside the levels", () => {
  const conformance = { "packages/conformance/package.json": manifest("@forkpath/conformance") };
  const use = 'import { load } from "@forkpath/conformance";\n';

  test("a package's source may not import recorded answers", () => {
    expect(
      rules({
        ...conformance,
        "packages/swap/package.json": manifest("@forkpath/swap", ["@forkpath/conformance"]),
        "packages/swap/src/a.ts": use,
      }),
    ).toEqual(["packages/swap/src/a.ts:1 upward"]);
  });

  test("its tests and the sources of an app may", () => {
    expect(
      rules({
        ...conformance,
        "packages/swap/package.json": manifest("@forkpath/swap", [], ["@forkpath/conformance"]),
        "packages/swap/test/a.test.ts": use,
        "apps/cli/package.json": manifest("forkpath", ["@forkpath/conformance"]),
        "apps/cli/src/main.ts": use,
      }),
    ).toEqual([]);
  });

  test("conformance itself imports nothing of the levels", () => {
    expect(rules(arrow("conformance", "abi"))).toEqual([
      "packages/conformance/src/index.ts:1 upward",
    ]);
  });
});

test("the runner of the recorded answers imports both them and the levels", () => {
  expect(rules(arrow("conform", "conformance"))).toEqual([]);
  expect(rules(arrow("conform", "mm"))).toEqual([]);
  expect(rules(arrow("fork", "conform"))).toEqual(["packages/fork/src/index.ts:1 upward"]);
});

describe("the world of tests", () => {
  const world = arrow("test-world", "mm");
  const tested = (id: string): Record<string, string> => ({
    ...world,
    [`packages/${id}/package.json`]: manifest(`@forkpath/${id}`, [], ["@forkpath/test-world"]),
    [`packages/${id}/test/a.test.ts`]: 'import { run } from "@forkpath/test-world";\n',
  });

  test("is built on mm, whose tests may use it, and those above", () => {
    expect(rules(tested("mm"))).toEqual([]);
    expect(rules(tested("fork"))).toEqual([]);
  });

  test("is out of reach for tests of what stands below mm", () => {
    expect(rules(tested("swap"))).toEqual(["packages/swap/test/a.test.ts:1 upward"]);
  });

  test("knows nothing of what stands above mm", () => {
    expect(rules(arrow("test-world", "fork"))).toEqual([
      "packages/test-world/src/index.ts:1 upward",
    ]);
  });

  test("is nothing for a source", () => {
    expect(rules(arrow("fork", "test-world"))).toEqual(["packages/fork/src/index.ts:1 upward"]);
  });
});

describe("declared and used", () => {
  test("a dependency that only a test imports is an unused edge", () => {
    expect(
      rules({
        ...arrow("counters", "abi"),
        "packages/counters/src/index.ts": "export const x = 1;\n",
        "packages/counters/test/a.test.ts": 'import { x } from "@forkpath/abi";\n',
      }),
    ).toEqual(["packages/counters/package.json:2 unused-edge"]);
  });

  test.each([
    ["a type", 'import type { X } from "@forkpath/abi";'],
    ["a re-export", 'export { x } from "@forkpath/abi";'],
    ["an import type", 'export type X = import("@forkpath/abi").X;'],
    ["a dynamic import", 'export const x = import("@forkpath/abi");'],
  ])("%s is a use", (_name, text) => {
    expect(rules({ ...arrow("counters", "abi"), "packages/counters/src/index.ts": text })).toEqual(
      [],
    );
  });

  test("a source may not live off a devDependency", () => {
    expect(
      rules({
        ...arrow("counters", "abi"),
        "packages/counters/package.json": manifest("@forkpath/counters", [], ["@forkpath/abi"]),
      }),
    ).toEqual(["packages/counters/src/index.ts:1 undeclared"]);
  });

  test("a test may", () => {
    const tree = {
      "packages/abi/package.json": manifest("@forkpath/abi", [], ["vitest"]),
      "packages/abi/test/a.test.ts":
        'import { test } from "vitest";\nimport { x } from "@forkpath/abi";\n',
    };
    expect(rules(tree)).toEqual([]);
    const undeclared = { ...tree, "packages/abi/package.json": manifest("@forkpath/abi") };
    expect(rules(undeclared)).toEqual(["packages/abi/test/a.test.ts:1 undeclared"]);
  });

  test("low levels depend on nothing from outside, apps may", () => {
    const use = 'import { z } from "zod";\n';
    const outside = (dir: string, name: string): Tree => ({
      [`${dir}/package.json`]: manifest(name, ["zod"]),
      [`${dir}/src/a.ts`]: use,
    });
    expect(rules(outside("packages/swap", "@forkpath/swap"))).toEqual([
      "packages/swap/package.json:2 outside-dependency",
    ]);
    expect(rules(outside("apps/cli", "forkpath"))).toEqual([]);
    expect(rules(outside("packages/explore", "@forkpath/explore"))).toEqual([]);
  });
});

test("a relative import stays in its package", () => {
  const abi = { "packages/abi/package.json": manifest("@forkpath/abi") };
  expect(
    lint({ ...abi, "packages/abi/src/a.ts": 'import { x } from "../../sync/src/b.ts";\n' }),
  ).toEqual([
    "packages/abi/src/a.ts:1: leaves-package: ../../sync/src/b.ts is outside packages/abi; import by package name",
  ]);
  expect(
    rules({ ...abi, "packages/abi/test/a.test.ts": 'import { x } from "../src/index.ts";\n' }),
  ).toEqual([]);
});

test("a cycle is told once, with its path", () => {
  const tree = {
    ...arrow("mm", "fork"),
    "packages/fork/package.json": manifest("@forkpath/fork", ["@forkpath/mm"]),
    "packages/fork/src/index.ts": 'import { x } from "@forkpath/mm";\n',
  };
  expect(lint(tree).filter((line) => line.includes(": cycle: "))).toEqual([
    "packages/mm/package.json:2: cycle: fork → mm → fork",
  ]);
});

test("a source that imports its own package by name is a cycle", () => {
  expect(
    rules({
      "packages/abi/package.json": manifest("@forkpath/abi"),
      "packages/abi/src/a.ts": 'import { x } from "@forkpath/abi";\n',
    }),
  ).toEqual(["packages/abi/src/a.ts:1 cycle"]);
});
