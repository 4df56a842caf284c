/**
 * The example of every README, as a reader would use it: installed as the README says, by pnpm,
 * which gives nothing that was not asked for; compiled under strict settings; and run.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { publishedLibraries, REPO } from "@forkpath/config/published";
import { beforeAll, expect, test } from "vitest";
import { type Example, exampleOf } from "../../documents/example.ts";
import type { Project, Rehearsal } from "../../publish/rehearsal.ts";

interface Library extends Example {
  /** Its folder. */
  readonly id: string;
  readonly name: string;
  readonly readme: string;
}

export const libraries: readonly Library[] = publishedLibraries().map(
  ({ dir, manifest, readme }) => ({
    id: dir.split("/").at(-1)!,
    name: manifest.name,
    readme,
    ...exampleOf(readme),
  }),
);

const STRICT = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  target: "es2023",
  lib: ["ES2023", "DOM"],
  types: [],
};
const NODE_TYPES = join(REPO, "node_modules/@types");
/** The first one emits what is run, beside its source. */
const COMPILERS = [
  { typescript: "typescript-5.9", module: "nodenext", moduleResolution: "nodenext" },
  { typescript: "typescript", module: "preserve", moduleResolution: "bundler", noEmit: true },
];
/** With all releases of Node.js come all pairs of compiler and resolution. */
const MORE_COMPILERS = [
  { typescript: "typescript-5.9", module: "preserve", moduleResolution: "bundler", noEmit: true },
  { typescript: "typescript", module: "nodenext", moduleResolution: "nodenext", noEmit: true },
];
/** Whether all is tried that a user may have, as `pnpm rehearse` does. */
export const isFull: boolean = process.env.FORKPATH_REHEARSAL === "full";
const compilers = isFull ? [...COMPILERS, ...MORE_COMPILERS] : COMPILERS;
const nameOf = ({ typescript, moduleResolution }: (typeof COMPILERS)[number]): string =>
  `${typescript}, ${moduleResolution}`;

export function testExamples(rehearsal: () => Rehearsal): void {
  let project: Project;
  const complaints = new Map<string, string>(); // of each compiler

  beforeAll(async () => {
    project = await rehearsal().project("examples");
    for (const { id, code, installs } of libraries) {
      const folder = join(project.folder, id);
      await mkdir(folder);
      const dependencies = Object.fromEntries(installs.map((name) => [name, "*"]));
      const manifest = { name: id, private: true, type: "module", dependencies };
      await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
      await writeFile(join(folder, "example.ts"), code);
    }
    await project.pnpm("install");
    for (const compiler of compilers) {
      const { typescript, ...options } = compiler;
      const told = [
        await compile(typescript, false, options),
        await compile(typescript, true, options),
      ];
      complaints.set(nameOf(compiler), told.join(""));
    }
  }, 600_000);

  /** What the compiler says of the examples with, or without, the types of Node.js. */
  async function compile(typescript: string, isForNode: boolean, options: object): Promise<string> {
    const examples = libraries.filter((one) => one.isForNode === isForNode);
    if (examples.length === 0) return "";
    const types = isForNode ? { types: ["node"], typeRoots: [NODE_TYPES] } : {};
    const compilerOptions = { ...STRICT, ...types, ...options };
    const include = examples.map(({ id }) => `${id}/example.ts`);
    const file = `${typescript}-${isForNode ? "node" : "any"}.json`;
    await project.write(file, JSON.stringify({ compilerOptions, include }));
    return (await project.run("node", compilerOf(typescript), "-p", file)).stdout;
  }

  test.each(compilers)("compile with $typescript, $moduleResolution", (compiler) => {
    expect(complaints.get(nameOf(compiler))?.split("\n").slice(0, 20)).toEqual([""]);
  });

  // Only Linux has processes that can be read.
  const here = libraries.filter(({ isForNode }) => !isForNode || process.platform === "linux");
  test.each(here)("of $name prints what it says", async ({ id, prints }) => {
    expect(prints.length).toBeGreaterThan(0);
    const { code, stdout, stderr } = await project.run("node", `${id}/example.js`);
    expect(stderr).toBe("");
    expect(stdout.trimEnd().split("\n")).toEqual(prints);
    expect(code).toBe(0);
  });
}

/** The first command of the package, whatever it calls it. */
function compilerOf(typescript: string): string {
  const require = createRequire(import.meta.url);
  const file = require.resolve(`${typescript}/package.json`);
  const { bin } = require(file) as { bin: Record<string, string> };
  return join(dirname(file), Object.values(bin)[0]!);
}
