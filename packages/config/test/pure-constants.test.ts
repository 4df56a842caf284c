/** A value that nothing uses is left out of a bundle, and one that is used is right. */
import { expect, test } from "vitest";
import { pureConstants } from "../publish/pure-constants.ts";

test("what may have an effect is made in a function that is marked as pure", () => {
  expect(pureConstants("var names = new Map([[1, 2]]);")).toBe(
    "var names = /* @__PURE__ */ (() => new Map([[1, 2]]))();",
  );
  expect(pureConstants("var a = { x: B.C | 1 }, d = f();")).toBe(
    "var a = /* @__PURE__ */ (() => ({ x: B.C | 1 }))(), d = /* @__PURE__ */ (() => f())();",
  );
});

test.each([
  "var a = 1;",
  "var a = -1;",
  'var names = ["a", "b"];',
  "var f = (x) => g(x.y);",
  "var table = { f: () => g(), h() { return i.j; } };",
  "function f() { const a = g(); return a; }",
  "f();",
  "const { a = 1 } = b.c;",
  "const { a, ...rest } = b.c;",
  "const [a, [b]] = c();",
])("%s stays as it is", (code) => {
  expect(pureConstants(code)).toBe(code);
});

test("parts of a pattern are made each alone", () => {
  expect(pureConstants("var { A, B: C } = Flag;")).toBe(
    "var $parts0 = /* @__PURE__ */ (() => Flag)(), A = /* @__PURE__ */ (() => $parts0.A)(), " +
      "C = /* @__PURE__ */ (() => $parts0.B)();",
  );
  const code = pureConstants("var x = 1;\nvar [a, , b] = f();\nvar [c] = [a + b];");
  const run = new Function("f", `${code}\nreturn [x, a, b, c];`);
  expect(run(() => [1, 2, 3])).toEqual([1, 1, 3, 4]);
});

test("nothing moves to another line", () => {
  const code = "var a = [\n  f(1),\n  2,\n];\nvar {\n  c\n} = d;\nvar b = 3;\n";
  const lines = pureConstants(code).split("\n");
  expect(lines).toHaveLength(code.split("\n").length);
  expect(lines.at(-2)).toBe("var b = 3;");
});
