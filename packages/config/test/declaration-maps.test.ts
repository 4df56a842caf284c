/** Declarations lead to where they are written. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { writeDeclarationMaps } from "../publish/declaration-maps.ts";

const folders: string[] = [];
afterEach(() => {
  for (const one of folders.splice(0)) rmSync(one, { recursive: true });
});

function packageOf(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), "forkpath-maps-"));
  folders.push(dir);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

/** `file:line` of the source, and what stands there, for the first `word` behind `from`. */
function leadsTo(dir: string, word: string, from = ""): string | undefined {
  const text = readFileSync(join(dir, "dist/index.d.ts"), "utf8");
  const before = text.slice(0, text.indexOf(word, text.indexOf(from))).split("\n");
  const map = new SourceMap(JSON.parse(readFileSync(join(dir, "dist/index.d.ts.map"), "utf8")));
  const found = map.findEntry(before.length - 1, before.at(-1)!.length);
  if (!("originalSource" in found)) return undefined;
  const { originalSource, originalLine, originalColumn } = found;
  const line = readFileSync(join(dir, "dist", originalSource), "utf8").split("\n")[originalLine]!;
  return `${originalSource}:${originalLine + 1} ${line.slice(originalColumn)}`;
}

const BUILT = `/** What it does. */
declare function twice(n: number): number;
declare const Flag: {
    readonly ONE: 1;
};
type Flag = (typeof Flag)[keyof typeof Flag];
interface Page$1 {
    readonly pfn: number;
}
interface Hidden {
}
export { Flag, type Page$1 as Page, twice };
`;

test("functions, values, types and their members do, by name and kind", () => {
  const dir = packageOf({
    "dist/index.d.ts": BUILT,
    "src/a/twice.ts": "\n\nexport function twice(n: number): number {\n  return 2 * n;\n}\n",
    "src/flag.ts":
      "export const Flag = { ONE: 1 } as const;\nexport type Flag = (typeof Flag)[keyof typeof Flag];\n",
    "src/page.ts": "export interface Page {\n  readonly pfn: number;\n}\ninterface Hidden {}\n",
    "src/other.ts": "interface Page {}\ninterface Hidden {}\n",
  });
  expect(writeDeclarationMaps(dir)).toEqual(["Hidden"]); // there are two, and neither is exported
  expect(leadsTo(dir, "twice")).toBe("../src/a/twice.ts:3 twice(n: number): number {");
  expect(leadsTo(dir, "Flag", "const Flag")).toBe("../src/flag.ts:1 Flag = { ONE: 1 } as const;");
  expect(leadsTo(dir, "ONE")).toBe("../src/flag.ts:1 ONE: 1 } as const;");
  expect(leadsTo(dir, "Flag", "type Flag")).toMatch(/^\.\.\/src\/flag\.ts:2 Flag = /);
  expect(leadsTo(dir, "pfn")).toBe("../src/page.ts:2 pfn: number;");
});

test("a file that declares nothing has no map", () => {
  const text = 'export { a } from "./chunk.js";\n';
  const dir = packageOf({ "dist/index.d.ts": text, "src/a.ts": "export const a = 1;\n" });
  expect(writeDeclarationMaps(dir)).toEqual([]);
  expect(readFileSync(join(dir, "dist/index.d.ts"), "utf8")).toBe(text);
  expect(existsSync(join(dir, "dist/index.d.ts.map"))).toBe(false);
});

test("a second build of the same declarations names its map once", () => {
  const dir = packageOf({ "dist/index.d.ts": BUILT, "src/flag.ts": "" });
  writeDeclarationMaps(dir);
  writeDeclarationMaps(dir);
  const text = readFileSync(join(dir, "dist/index.d.ts"), "utf8");
  expect(text).toBe(`${BUILT}//# sourceMappingURL=index.d.ts.map\n`);
});
