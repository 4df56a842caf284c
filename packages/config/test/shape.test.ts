/** Module state, enums, star exports and the doc comments of kernel functions. */
import { describe, expect, test } from "vitest";
import { alone, lint, manifest, rules, testPasses } from "./fixture.ts";

describe("module state", () => {
  test.each(["let next = 1;", "var next = 1;", "export let next: number;"])("%s", (text) => {
    expect(rules(alone("abi", text))).toEqual(["packages/abi/src/a.ts:1 module-state"]);
  });

  test("const, and let inside a function, are fine", () => {
    expect(
      rules(
        alone("abi", "const a = 1;\nexport const f = () => {\n  let b = a;\n  return b++;\n};"),
      ),
    ).toEqual([]);
  });

  test("a test file may keep some", () => {
    expect(
      rules({
        "packages/abi/package.json": manifest("@forkpath/abi"),
        "packages/abi/test/a.test.ts": "let count = 0;\n",
      }),
    ).toEqual([]);
  });
});

test.each(["enum E { A }", "export const enum E { A }", "declare enum E { A }"])("%s", (text) => {
  expect(rules(alone("abi", text))).toEqual(["packages/abi/src/a.ts:1 enum"]);
});

describe("export-star", () => {
  test.each(['export * from "./b.ts";', 'export * as b from "./b.ts";'])("%s", (text) => {
    expect(rules(alone("abi", text, "index.ts"))).toEqual([
      "packages/abi/src/index.ts:1 export-star",
    ]);
  });

  test("named ones are the way", () => {
    const text = 'export { a } from "./b.ts";\nexport type { B } from "./b.ts";\n';
    expect(rules(alone("abi", text, "index.ts"))).toEqual([]);
  });
});

describe("kernel-doc", () => {
  test.each([
    "export function swapFree() {}",
    "/** Frees. */\nexport function swapFree() {}",
    "// @kernel swap_free, but in no doc comment\nexport function swapFree() {}",
    "export const swapFree = () => 0;",
    "/** Frees. */\nexport function* swapFree() {}",
    "function swapFree() {}\nexport { swapFree };",
    "/** @kernelish */\nexport function swapFree() {}",
  ])("missing: %s", (text) => {
    expect(lint(alone("swap", text))[0]).toMatch(
      /^packages\/swap\/src\/a\.ts:\d: kernel-doc: swapFree needs @kernel or @modelOnly/,
    );
  });

  testPasses("present or not wanted", "swap", [
    "/** @kernel swap_free in mm/swapfile.c */\nexport function swapFree() {}",
    "/**\n * Frees.\n * @modelOnly the kernel has it inline\n */\nexport const swapFree = () => 0;",
    "function helper() {}",
    "export const SWAP = 1;",
    "export interface Swap { free(): void }",
    "/** @kernel f in a.c */\nexport function f(a: number): void;\nexport function f(a: string): void;\nexport function f() {}",
  ]);

  test("packages that model no kernel code need none", () => {
    expect(rules(alone("trace", "export function write() {}"))).toEqual([]);
  });
});
