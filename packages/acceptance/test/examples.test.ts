/**
 * The example of every README, as a reader would use it: what it imports is installed by the line
 * above it; it compiles under strict settings; and the packed packages print what it says.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exampleOf } from "../documents/example.ts";
import { publishedPackages } from "../publish/published.ts";
import { installOutside, type Outside } from "./outside.ts";

const libraries = publishedPackages().filter(({ isLibrary }) => isLibrary);
const examples = libraries.map(({ dir, manifest, readme }) => ({
  id: dir.split("/").at(-1)!,
  name: manifest.name,
  readme,
  ...exampleOf(readme),
}));

const STRICT = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  target: "es2023",
  lib: ["ES2023", "DOM"],
  types: [],
  rootDir: ".",
};
/** One emits what is run. */
const COMPILERS = [
  { typescript: "typescript-5.9", module: "nodenext", moduleResolution: "nodenext", outDir: "run" },
  { typescript: "typescript", module: "preserve", moduleResolution: "bundler", noEmit: true },
];

let outside: Outside;
const complaints = new Map<string, string>(); // of each compiler
beforeAll(async () => {
  outside = await installOutside();
  await mkdir(join(outside.folder, "examples"));
  for (const { id, code } of examples) {
    await writeFile(join(outside.folder, "examples", `${id}.ts`), code);
  }
  for (const { typescript, ...options } of COMPILERS) {
    const config = { compilerOptions: { ...STRICT, ...options }, include: ["examples"] };
    await writeFile(join(outside.folder, `${typescript}.json`), JSON.stringify(config));
    const { stdout } = await outside.run(
      "node",
      compilerOf(typescript),
      "-p",
      `${typescript}.json`,
    );
    complaints.set(typescript, stdout);
  }
});
afterAll(async () => {
  await outside?.remove();
});

describe.each(examples)("the README of $name", ({ id, prints }) => {
  test("has an example that prints what it says", async () => {
    expect(prints.length).toBeGreaterThan(0);
    const { code: exit, stdout, stderr } = await outside.run("node", `run/examples/${id}.js`);
    expect(stderr).toBe("");
    expect(stdout.trimEnd().split("\n")).toEqual(prints);
    expect(exit).toBe(0);
  });
});

test.each(COMPILERS)("all compile with $typescript under $moduleResolution", ({ typescript }) => {
  expect(complaints.get(typescript)?.split("\n").slice(0, 20)).toEqual([""]);
});

/** The first command of the package, whatever it calls it. */
function compilerOf(typescript: string): string {
  const require = createRequire(import.meta.url);
  const file = require.resolve(`${typescript}/package.json`);
  const { bin } = require(file) as { bin: Record<string, string> };
  return join(dirname(file), Object.values(bin)[0]!);
}
