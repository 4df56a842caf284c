/** Rooms of a package: which arrows between folders are taken, and that no circle is. */
import { describe, expect, test } from "vitest";
import { lint, manifest, rules, type Tree } from "./fixture.ts";

/** Files of packages/mm, whose rooms are `copy` and `zap` above `page`. */
const mm = (files: Tree): Tree => ({
  "packages/mm/package.json": manifest("@forkpath/mm"),
  ...Object.fromEntries(
    Object.entries(files).map(([path, text]) => [`packages/mm/src/${path}`, text]),
  ),
});

describe("rooms", () => {
  test("a folder imports lower ones and types.ts, and index.ts imports all", () => {
    const tree = mm({
      "index.ts": 'export { x } from "./copy/a.ts";\n',
      "copy/a.ts": 'import { x } from "../page/b.ts";\nexport { x };\n',
      "page/b.ts": 'import type { X } from "../types.ts";\nexport const x: X = 1;\n',
      "types.ts": "export type X = 1;\n",
    });
    expect(rules(tree)).toEqual([]);
  });

  test("not a higher one, not its neighbour, and types.ts imports none", () => {
    const tree = mm({
      "copy/a.ts": 'import { z } from "../zap/c.ts";\nexport const a = z;\n',
      "page/b.ts": 'import { a } from "../copy/a.ts";\nexport { a };\n',
      "types.ts": 'import type { a } from "./page/b.ts";\nexport type X = typeof a;\n',
      "zap/c.ts": "export const z = 1;\n",
    });
    expect(lint(tree)).toEqual([
      "packages/mm/src/copy/a.ts:1: upward-folder: copy imports zap: folders point down too",
      "packages/mm/src/page/b.ts:1: upward-folder: page imports copy: folders point down too",
      "packages/mm/src/types.ts:1: upward-folder: types.ts imports page: folders point down too",
    ]);
  });

  test("a file outside the rooms fails", () => {
    expect(rules(mm({ "loose.ts": "\nexport const x = 1;\n" }))).toEqual([
      "packages/mm/src/loose.ts:2 no-room",
    ]);
  });
});

describe("circles", () => {
  test("of types too, told once, where the circle closes", () => {
    const tree: Tree = {
      "packages/swap/package.json": manifest("@forkpath/swap"),
      "packages/swap/src/a.ts": 'import type { B } from "./b.ts";\nexport type A = B;\n',
      "packages/swap/src/b.ts": 'import type { A } from "./a.ts";\nexport type B = A;\n',
    };
    expect(lint(tree)).toEqual(["packages/swap/src/b.ts:1: circle: a.ts → b.ts → a.ts"]);
  });

  test("two ways to one file are no circle", () => {
    const tree: Tree = {
      "packages/swap/package.json": manifest("@forkpath/swap"),
      "packages/swap/src/a.ts": 'export * from "./b.ts";\nexport * from "./c.ts";\n',
      "packages/swap/src/b.ts": 'export { c as b } from "./c.ts";\n',
      "packages/swap/src/c.ts": "export const c = 1;\n",
    };
    expect(rules(tree)).not.toContain("packages/swap/src/b.ts:1 circle");
  });
});
