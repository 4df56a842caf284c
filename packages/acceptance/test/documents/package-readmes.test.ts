/** What the README of every library says, in which words, so that a reader finds it. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publishedLibraries, REPO } from "@forkpath/config/published";
import { describe, expect, test } from "vitest";
import { exampleOf } from "../../documents/example.ts";

const libraries = publishedLibraries();
const HOSTS =
  /^It runs in Node\.js 20\.19 or newer( and in browsers\.|; [^\n]* not in browsers\.)$/m;
const WANTED: ReadonlyArray<readonly [what: string, pattern: RegExp]> = [
  ["where it runs", HOSTS],
  ["an example", /^```ts\n/m],
  ["what one needs first", /^## What one needs first\n/m],
  ["its invariants", /^## Invariants\n/m],
  ["what is not modelled", /^## Not modelled\n/m],
  ["a link to a sibling", /\]\(\.\.\/[a-z-]+\/README\.md\)/],
  ["a link to a document", /\]\((?:\.\.\/\.\.\/docs\/|SCHEMA\.md)/],
];

describe.each(libraries)("the README of $manifest.name", ({ dir, manifest, readme }) => {
  test("has what a reader looks for", () => {
    const missing = WANTED.filter(([, pattern]) => !pattern.test(readme)).map(([what]) => what);
    expect(missing).toEqual([]);
  });

  test("names first what there is", () => {
    const names = namesFirst(readme);
    expect(names.length).toBeGreaterThan(2);
    expect(names.filter((name) => !isThere(dir, name))).toEqual([]);
  });

  test("says to install what its example imports, and no more", () => {
    const { imports, installs } = exampleOf(readme);
    expect([...installs].sort()).toEqual([...new Set([manifest.name, ...imports])].sort());
  });
});

/** Names in the first column of the table of what one needs first; `machine.call(…)` is a call. */
function namesFirst(readme: string): string[] {
  const section = readme.split("\n## What one needs first\n")[1]?.split("\n## ")[0] ?? "";
  const cells = Array.from(section.matchAll(/^\| (`.*?) \|/gm), ([, cell]) => cell!);
  const texts = cells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, one]) => one!));
  return texts.flatMap((text) => /^(?:\w+\.)?(\w+)(?:\(.*\))?$/.exec(text)?.[1] ?? []);
}

/** Whether the package exports `name`, or one of its interfaces has a member of that name. */
function isThere(dir: string, name: string): boolean {
  const read = (file: string): string => readFileSync(join(REPO, dir, file), "utf8");
  if (new RegExp(`\\b${name}\\b`).test(read("src/index.ts"))) return true;
  const files = globSync("src/**/*.ts", { cwd: join(REPO, dir) });
  return files.some((file) => new RegExp(`^  ${name}\\(.*;$`, "m").test(read(file)));
}
