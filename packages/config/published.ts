/** The packages that npm gets: every folder under packages/ and apps/ that is not private. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const REPO: string = resolve(import.meta.dirname, "../..");

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface Published {
  /** From the root, with slashes. */
  readonly dir: string;
  readonly manifest: Manifest;
  readonly readme: string;
  /** Whether it can be imported; the command line cannot. */
  readonly isLibrary: boolean;
}

export function publishedPackages(root: string = REPO): Published[] {
  return ["apps", "packages"]
    .flatMap((group) => readdirSync(join(root, group)).map((id) => `${group}/${id}`))
    .sort()
    .flatMap((dir) => readPublished(root, dir));
}

/** Those of them that can be imported. */
export const publishedLibraries = (): Published[] =>
  publishedPackages().filter(({ isLibrary }) => isLibrary);

function readPublished(root: string, dir: string): Published[] {
  const read = (file: string): string => readFileSync(join(root, dir, file), "utf8");
  const manifest = JSON.parse(read("package.json")) as Manifest;
  if (manifest.private) return [];
  return [{ dir, manifest, readme: read("README.md"), isLibrary: "." in manifest.exports }];
}
