/** Tiny workspaces in a temporary folder, and what the tidy check says about them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { format, tidy } from "../tidy/tidy.ts";

/** Path to text; a package without a package.json gets one that declares `dependencies`. */
export type Tree = Readonly<Record<string, string>>;

/** One line per finding, as the command prints it. */
export function lint(tree: Tree): string[] {
  const root = mkdtempSync(join(tmpdir(), "tidy-"));
  try {
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return tidy(root).map(format);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** As `path:line: rule`, without the message. */
export const rules = (tree: Tree): string[] =>
  lint(tree).map((line) => line.split(":").slice(0, 3).join(":").replace(": ", " "));

/** A package.json: one line per dependency, the first on line 2. */
export function manifest(name: string, dependencies: string[] = [], dev: string[] = []): string {
  const block = (names: string[]): string => names.map((one) => `"${one}":"*"`).join(",\n");
  return `{"name":"${name}","dependencies":{\n${block(dependencies)}\n},"devDependencies":{\n${block(dev)}\n}}`;
}

/** One package with one source file, and nothing else in the workspace. */
export const alone = (id: string, text: string, file = "a.ts"): Tree => ({
  [`packages/${id}/package.json`]: manifest(`@forkpath/${id}`),
  [`packages/${id}/src/${file}`]: text,
});

/** A test for each text, which breaks no rule in the package `id`. */
export const testPasses = (title: string, id: string, texts: readonly string[]): void =>
  test.each(texts)(`${title}: %s`, (text) => {
    expect(rules(alone(id, text))).toEqual([]);
  });
