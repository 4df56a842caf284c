/** What a comment or a document cites has an anchor under docs/, and a link leads somewhere. */
import { describe, expect, test } from "vitest";
import { alone, lint, rules, type Tree } from "./fixture.ts";

const anchors = (...ids: string[]): string => ids.map((id) => `<a id="${id}"></a>text\n`).join("");

const DOCS: Tree = {
  "docs/spec/06.md": anchors("s6", "s6.3", "s6.3-1", "s6.3-2", "s6.9", "s6.9-3a", "s9.5", "s9.7"),
  "docs/spec/11.md": anchors("D15", "D16", "D16-a", "I3", "B9", "A.1", "appendix-C"),
  "docs/spec-linux6/04.md": anchors("L9", "L9b", "L9-3", "M5", "M5-6", "M11.1", "M11.1-2", "N4"),
  "docs/spec-linux6/08.md": anchors("L25", "L25-I15", "K1", "H2"),
  "docs/style.md": anchors("style-10"),
};

const inComment = (comment: string): string[] =>
  rules({ ...DOCS, ...alone("abi", `export const a = 1; // ${comment}\n`) });
const inDocument = (text: string): string[] => rules({ ...DOCS, "README.md": `${text}\n` });

const CITED = [
  "SPEC §6.3",
  "§6.3/2",
  "SPEC §6.3/1-2",
  "§6.9/3a",
  "§9.5–9.7",
  "SPEC §6, §6.3 and §9.5/x",
  "STYLE §10",
  "SPEC A.1",
  "SPEC appendix C",
  "D15, the stale continuation retry",
  "D15/D16",
  "D16/a",
  "I3",
  "I15",
  "B9.",
  "L9/3",
  "L9b",
  "M5.6",
  "M5/6",
  "M11.1/2",
  "(N4, K1; H2)",
];

const ASTRAY = [
  "SPEC §6.4",
  "§6.3/3",
  "SPEC §6.3/1-3",
  "§9.5–9.8",
  "STYLE §6",
  "SPEC A.2",
  "appendix D",
  "D44",
  "D15/a",
  "D15/D17",
  "D15/I4",
  "D16/b",
  "I4",
  "B10",
  "L9/4",
  "L9a",
  "L31",
  "M5.7",
  "M11.2/2",
  "N5",
  "K2",
  "H1",
];

const NO_CITATION = [
  "`D44` and `§6.4` are code",
  "0xD44, 4D44, D444, D_44, xD44, D44x",
  "../D44/a.ts, a.D44, #D44, @D44, D44/a.ts",
  "a1-D44, M5.6.7",
];

describe("citations in comments", () => {
  test.each(CITED)("%s", (text) => expect(inComment(text)).toEqual([]));
  test.each(ASTRAY)("astray: %s", (text) => {
    expect(inComment(text)).toEqual(["packages/abi/src/a.ts:1 citation"]);
  });
  test.each(NO_CITATION)("none: %s", (text) => expect(inComment(text)).toEqual([]));

  test("a type parameter, a string and a template are no comment", () => {
    const text =
      "export const f = <D44>(a: D44) => `$" + '{a} // D44` + "/* D44 */" + /D44/.source;\n';
    expect(rules({ ...DOCS, ...alone("abi", text) })).toEqual([]);
  });

  test("every kind of comment is read, once, and told with its line", () => {
    const text = `/**
 * As D44 says.
 */
export function f(/* I4 */ a = 1) {
  // SPEC §6.4
  return a; // B10
}
// N5 ends the file
`;
    expect(lint({ ...DOCS, ...alone("abi", text) })).toEqual([
      "packages/abi/src/a.ts:2: citation: D44 is cited, and no document under docs/ has it",
      "packages/abi/src/a.ts:4: citation: I4 is cited, and no document under docs/ has it",
      "packages/abi/src/a.ts:5: citation: §6.4 is cited, and no document under docs/ has it",
      "packages/abi/src/a.ts:6: citation: B10 is cited, and no document under docs/ has it",
      "packages/abi/src/a.ts:8: citation: N5 is cited, and no document under docs/ has it",
    ]);
  });

  test("a test's title cites too, where the sign says so", () => {
    const text = 'test("SPEC §6.4 and D44", () => {});\n';
    expect(
      rules({ ...DOCS, "packages/abi/package.json": "{}", "packages/abi/test/a.ts": text }),
    ).toEqual(["packages/abi/test/a.ts:1 citation"]);
  });
});

describe("citations in documents", () => {
  test.each(CITED)("%s", (text) => expect(inDocument(text)).toEqual([]));
  test.each(ASTRAY)("astray: %s", (text) =>
    expect(inDocument(text)).toEqual(["README.md:1 citation"]),
  );
  test.each(NO_CITATION)("none: %s", (text) => expect(inDocument(text)).toEqual([]));

  test("a fenced block is code, and keeps the lines after it in place", () => {
    expect(inDocument("```\nD44\n```\nD45")).toEqual(["README.md:4 citation"]);
  });

  test("of YAML, comments are read", () => {
    const text = "# D44\nvalue: D45 # see §6.4\nother: a#D46\n";
    expect(rules({ ...DOCS, "examples/a.yaml": text })).toEqual([
      "examples/a.yaml:1 citation",
      "examples/a.yaml:2 citation",
    ]);
  });

  test("an anchor outside docs/ makes nothing citable", () => {
    expect(inDocument(`${anchors("D44")}D44`)).toEqual(["README.md:2 citation"]);
  });
});

describe("links", () => {
  test.each([
    "[a](docs/spec/06.md)",
    "[a](docs/spec/06.md#s6.3)",
    "[a](docs/spec)",
    '[a](docs/style.md "title")',
    "[a](https://example.org/b.md#c)",
    "`[a](b.md)`",
    "# A heading: `x`, and more\n[a](#a-heading-x-and-more)",
  ])("%s", (text) => expect(inDocument(text)).toEqual([]));

  test.each([
    ["[a](docs/no.md)", "docs/no.md: there is no docs/no.md"],
    ["[a](docs/spec/06.md#s6.4)", "docs/spec/06.md#s6.4: docs/spec/06.md has no place called s6.4"],
    ["[a](../b.md)", "../b.md leaves the repository"],
    ["[a](#b)", "#b: README.md has no place called b"],
  ])("%s", (text, message) => {
    expect(lint({ ...DOCS, "README.md": text })).toEqual([`README.md:1: link: ${message}`]);
  });
});
