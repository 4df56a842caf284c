/** Limits of files and functions, on both sides of each limit. */
import { describe, expect, test } from "vitest";
import { alone, lint, manifest, rules, testPasses } from "./fixture.ts";

const lines = (count: number): string => "// line\n".repeat(count);
const long = (first: string, body: number, last = "}"): string =>
  `${first}\n${lines(body)}${last}\n`;

describe("files", () => {
  test.each([
    [200, []],
    [201, ["packages/abi/src/a.ts:1: file-size (warning): 201 lines; better under 200"]],
    [400, ["packages/abi/src/a.ts:1: file-size (warning): 400 lines; better under 200"]],
    [401, ["packages/abi/src/a.ts:1: file-size: 401 lines; at most 400"]],
  ])("%i lines", (count, expected) => {
    expect(lint(alone("abi", lines(count)))).toEqual(expected);
  });

  test("a test may be long, but not endless", () => {
    const tree = (count: number) => ({
      "packages/abi/package.json": manifest("@forkpath/abi"),
      "packages/abi/test/a.test.ts": lines(count),
    });
    expect(rules(tree(400))).toEqual([]);
    expect(rules(tree(401))).toEqual(["packages/abi/test/a.test.ts:1 file-size"]);
  });
});

describe("comments", () => {
  const wide = "x".repeat(96);

  test.each([`// ${wide}xx`, `/** ${wide} */`, `/*\n * ${wide}xx\n */`])("too wide: %s", (text) => {
    expect(lint(alone("abi", text))[0]).toMatch(
      /^packages\/abi\/src\/a\.ts:\d: comment-width: a comment of 10\d columns/,
    );
  });

  testPasses("fine", "abi", [`// ${wide}`, `export const text = "${wide}"; // ${wide}`]);
});

describe("functions", () => {
  test.each([
    ["60 lines", long("export function f() {", 58)],
    ["a reason inside", long("export function f() {\n// tidy: long because a table", 70)],
    ["a reason before", `// tidy: long because a table\n${long("export function f() {", 70)}`],
    [
      "a reason before a const",
      `/** tidy: long because a table */\n${long("export const f = () => {", 70, "};")}`,
    ],
  ])("fine: %s", (_name, text) => {
    expect(rules(alone("abi", text))).toEqual([]);
  });

  test.each([
    ["61 lines", long("export function f() {", 59)],
    ["no reason given", long("export function f() { // tidy: long because", 70)],
    ["a string is no reason", long('export function f() { g("tidy: long because x");', 70)],
    ["an arrow", long("export const f = () => {", 59, "};")],
    ["a generator", long("export function* f() {", 59)],
    ["a method", `export class A {\n${long("m() {", 59)}}`],
  ])("too long: %s", (_name, text) => {
    const found = rules(alone("abi", text));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^packages\/abi\/src\/a\.ts:[12] function-size$/);
  });
});
