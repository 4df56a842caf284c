/**
 * Reads the workspace: its packages, what they declare, and their sources as syntax trees.
 *
 * Only the parser is used, no type checker, so the check takes about a second.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** `src` ships; `test` is tests, benches and config files. */
type FileKind = "src" | "test";

export interface Source {
  /** From the root, with slashes. */
  readonly path: string;
  readonly kind: FileKind;
  readonly tree: ts.SourceFile;
}

export interface Package {
  /** Its folder's name, by which levels.ts knows it. */
  readonly id: string;
  readonly name: string;
  /** From the root, with slashes. */
  readonly dir: string;
  readonly isApp: boolean;
  /** Names under dependencies, optionalDependencies and peerDependencies. */
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
  readonly manifest: string;
  readonly sources: readonly Source[];
}

export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
  readonly isWarning: boolean;
}

const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(["coverage", "data", "dist", "node_modules"]);

export function readWorkspace(root: string): Package[] {
  const packages: Package[] = [];
  for (const group of ["apps", "packages"]) {
    if (!existsSync(join(root, group))) continue;
    for (const id of readdirSync(join(root, group)).sort()) {
      const dir = `${group}/${id}`;
      if (existsSync(join(root, dir, "package.json"))) packages.push(readPackage(root, dir, id));
    }
  }
  return packages;
}

export function finding(source: Source, node: ts.Node, rule: string, message: string): Finding {
  return { path: source.path, line: lineOf(source, node), rule, message, isWarning: false };
}

/** Counted from 1; a doc comment does not belong to its node. */
export function lineOf(source: Source, node: ts.Node): number {
  return source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line + 1;
}

/** Where `package.json` names `dependency`, counted from 1. */
export function manifestLine(pkg: Package, dependency: string): number {
  const index = pkg.manifest.split("\n").findIndex((line) => line.includes(`"${dependency}":`));
  return index < 0 ? 1 : index + 1;
}

function readPackage(root: string, dir: string, id: string): Package {
  const manifest = readFileSync(join(root, dir, "package.json"), "utf8");
  const json = JSON.parse(manifest) as Record<string, Record<string, string> | undefined> & {
    name: string;
  };
  const names = (key: string): string[] => Object.keys(json[key] ?? {});
  return {
    id,
    name: json.name,
    dir,
    isApp: dir.startsWith("apps/"),
    dependencies: new Set(
      ["dependencies", "optionalDependencies", "peerDependencies"].flatMap((key) => names(key)),
    ),
    devDependencies: new Set(names("devDependencies")),
    manifest,
    sources: listFiles(root, dir).map((path) => readSource(root, dir, path)),
  };
}

function readSource(root: string, dir: string, path: string): Source {
  const text = readFileSync(join(root, path), "utf8");
  const kind = path.startsWith(`${dir}/src/`) ? "src" : "test";
  return { path, kind, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

function listFiles(root: string, dir: string): string[] {
  const paths: string[] = [];
  for (const entry of readdirSync(join(root, dir), { withFileTypes: true })) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.has(entry.name)) paths.push(...listFiles(root, path));
    } else if (/\.[cm]?tsx?$/.test(entry.name)) {
      paths.push(path);
    }
  }
  return paths.sort();
}
