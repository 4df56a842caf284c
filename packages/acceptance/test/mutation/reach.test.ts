/** Which test files a change is judged by: the parts of a source, their probes, and a survey. */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultsIn } from "../../mutation/fault.ts";
import { partAt, partsOf, withProbes } from "../../mutation/reach/probes.ts";
import { surveyReach } from "../../mutation/reach/reach.ts";
import type { Suite } from "../../mutation/suite.ts";
import { makeTinyRepo } from "./tiny-repo.ts";

test.each([
  ["f();", "0;f();"],
  ["if (a) f(); else if (b) g();", "0;if (a) {1;f();} else {2;if (b) {3;g();}}"],
  ["for (;;) f(); while (a) { g(); }", "0;for (;;) {1;f();} while (a) {2; g(); }"],
  ["switch (a) { case 1: f(); default: }", "0;switch (a) { case 1: 1;f(); default: }"],
  ["const x = a && b || c;", "0;const x = a && (1,b) || (2,c);"],
  ["const x = a ? b : c ? d : e;", "0;const x = a ? (1,b) : (2,c ? (3,d) : (4,e));"],
  ["const f = (x) => ({ x });", "0;const f = (x) => (1,({ x }));"],
  ["function* f(): A<0> { yield 1; }", "0;function* f(): A<0> {1; yield 1; }"],
])("%s", (text, wanted) => {
  const source = withProbes(text, partsOf(text), 0);
  expect(source.replaceAll(/__reached\[(\d+)\]=1/g, "$1")).toBe(wanted);
});

test("a change belongs to the innermost part around its offset", () => {
  const text = "if (a < b) c = d && e;";
  const partOf = (mark: string): number => partAt(partsOf(text), text.indexOf(mark));
  expect(["a <", "< b", "c =", "&&", "e;"].map(partOf)).toEqual([0, 0, 1, 1, 2]);
});

const SIGN = "export const sign = (x: number): number => (x < 0 ? -1 : 1);\n";
const FILES: Readonly<Record<string, string>> = {
  "packages/tiny/package.json": '{ "name": "tiny", "type": "module" }',
  "packages/tiny/src/sign.ts": SIGN,
  "packages/tiny/test/a.test.ts": testOf("x", "sign(7)", "1"),
  "packages/tiny/test/b.test.ts": testOf("x", "sign(-7)", "-1"),
  "packages/tiny/test/sign.test.ts": testOf("x", "typeof sign", '"function"'),
  "apps/none/package.json": '{ "name": "none" }',
};
const TINY: Suite = { dir: "packages/tiny" };

function testOf(name: string, given: string, wanted: string): string {
  return [
    'import { expect, test } from "vitest";',
    'import { sign } from "../src/sign.ts";',
    `test("${name}", () => expect(${given}).toBe(${wanted}));`,
  ].join("\n");
}

let repo: string;

beforeAll(async () => {
  repo = await makeTinyRepo(FILES);
});

afterAll(() => rm(repo, { recursive: true, force: true }));

test("a survey finds the test files that reach a change; all that load a file reach its top", async () => {
  const reach = await surveyReach(repo, ["tiny"], [TINY]);
  const filesFor = (find: string): readonly string[] | undefined => {
    const at = SIGN.indexOf(find);
    const [fault] = faultsIn("tiny", [
      { name: find, file: "sign.ts", find, at, replace: "", why: "" },
    ]);
    return reach
      .filesFor(TINY, fault!)
      ?.map(({ path }) => path.slice("packages/tiny/test/".length))
      .sort();
  };
  expect(["sign =", "x <", "-1", "1)"].map(filesFor)).toEqual([
    ["a.test.ts", "b.test.ts", "sign.test.ts"],
    ["a.test.ts", "b.test.ts"],
    ["b.test.ts"],
    ["a.test.ts"],
  ]);
});
