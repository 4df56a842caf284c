/** Labels and names of locks are for people. */
import { describe, expect, test } from "vitest";
import { alone, lint, manifest, rules, testPasses } from "./fixture.ts";

describe("a label or a name of a lock", () => {
  test.each([
    'const isSem = point.label.endsWith(".mmap_sem");',
    'const isCall = ({ label }: P) => label !== "cond_resched";',
    'const isEntry = "pte" === point.label;',
    "const isHalfWay = /^page /.test(point.label);",
    "const isOne = NAMES.has(label);",
    'const side = lock.name.startsWith("src.");',
    'const isSame = mm.mmapSem.name === "mm1.mmap_sem";',
    'const owner = event.lock.split(".")[0];',
    'const dot = event.cell.lastIndexOf(".");',
    'const owner = ({ lock }: E) => lock.slice(0, lock.indexOf("."));',
    'function f() {\n  switch (label) {\n    case "pte":\n  }\n}',
  ])("may not be searched: %s", (text) => {
    expect(rules(alone("explore", text))[0]).toMatch(
      /^packages\/explore\/src\/a\.ts:\d label-search$/,
    );
  });

  test("what is wrong is named", () => {
    expect(lint(alone("explore", 'const isEntry = point.label === "pte";'))).toEqual([
      "packages/explore/src/a.ts:1: label-search: point.label is for people: ask a field instead",
    ]);
  });

  testPasses("may be printed, and fields may be asked", "explore", [
    "const text = [who, point.label].join();",
    "const wide = label.padEnd(20);",
    "const has = point.label !== undefined;",
    'const isSem = point.of.lockClass === "mmap_sem";',
    'const isSrc = lock.owner === "src";',
    'const isKnown = litmus.name === "d01";',
    "const isSame = held[0] === lock;",
    "const isLast = run.cell === run.endCell;",
  ]);

  test("tests compare what is printed, and so do their tools", () => {
    expect(
      rules({
        "packages/explore/package.json": manifest("@forkpath/explore"),
        "packages/explore/test/a.test.ts": 'const isEntry = point.label === "pte";\n',
        "packages/test-world/package.json": manifest("@forkpath/test-world"),
        "packages/test-world/src/a.ts": 'const isEntry = point.label === "pte";\n',
      }),
    ).toEqual([]);
  });
});
