/** Which names count as the host's, and where they are allowed. */
import { expect, test } from "vitest";
import { alone, lint, manifest, rules, testPasses } from "./fixture.ts";

test.each([
  "export const now = () => Date.now();",
  "export const at = () => new Date();",
  "export const now = () => performance.now();",
  "export const { now } = performance;",
  "export const home = () => process.env.HOME;",
  "export const env = { process };",
  "export const f = () => Math.random();",
  'export const f = () => Math["random"]();',
  "const { random } = Math;",
  "export const say = (s) => console.log(s);",
  "export const later = (f) => setTimeout(f, 1);",
  "export const g = () => document.body;",
  "export const g = () => globalThis.foo;",
  'import { readFileSync } from "node:fs";',
  'import { readFileSync } from "fs/promises";',
])("the host is not for a package: %s", (text) => {
  expect(rules(alone("abi", text))).toEqual(["packages/abi/src/a.ts:1 host-global"]);
});

testPasses("only looks like it", "abi", [
  "export const f = (task) => task.process;",
  "export const f = (process) => process.pid;",
  "export interface Task { readonly process: number; window(): void }",
  "export const names = { window: 1, performance: 2 };",
  "export class Rwsem { document = 1; self() {} }",
  "export const f = ({ window: size }) => size;",
  "export const largest = Math.max(1, 2);",
  "export type At = Date; // a type reads no clock",
  'import { process } from "./b.ts";\nexport const pid = process.pid;',
  "// Date.now() in a comment",
  'export const text = "Date.now()";',
]);

test("apps, what is built for acceptance, and tests may use the host", () => {
  const text = 'import { hrtime } from "node:process";\nconsole.log(Date.now(), hrtime());\n';
  expect(
    rules({
      "apps/cli/package.json": manifest("forkpath"),
      "apps/cli/src/main.ts": text,
      "packages/acceptance/package.json": manifest("@forkpath/acceptance"),
      "packages/acceptance/src/a.ts": text,
      "packages/trace/package.json": manifest("@forkpath/trace"),
      "packages/trace/test/a.test.ts": text,
    }),
  ).toEqual([]);
  expect(rules(alone("trace", text, "smaps.ts")).length).toBe(3);
});

test("the conformance loader reads files, and nothing else of the host", () => {
  expect(
    lint(
      alone(
        "conformance",
        'import { readFileSync } from "node:fs";\nimport { cpus } from "node:os";\n',
        "data.ts",
      ),
    ),
  ).toEqual(["packages/conformance/src/data.ts:2: host-global: node:os belongs to the host"]);
});
