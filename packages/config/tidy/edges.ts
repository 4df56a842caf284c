/**
 * The layer rule: arrows only down, no cycle, nothing undeclared, nothing unused.
 *
 * Sources and tests obey the same levels. Tests may besides import what stands beside the levels,
 * and their own package by its name, as a reader of the README would.
 */
import { posix } from "node:path";
import type { Import } from "./imports.ts";
import { importsOf, isNodeModule, isRelative, packageOf } from "./imports.ts";
import {
  BESIDE,
  BESIDE_AT,
  BESIDE_ON_LEVELS,
  EXTRA_EDGES,
  LEVELS,
  NO_OUTSIDE_DEPENDENCY_UP_TO,
} from "./levels.ts";
import { type Finding, finding, manifestLine, type Package, type Source } from "./workspace.ts";

export function checkEdges(packages: readonly Package[]): Finding[] {
  const byName = new Map(packages.map((pkg) => [pkg.name, pkg]));
  return [...packages.flatMap((pkg) => checkPackage(pkg, byName)), ...findCycles(packages, byName)];
}

function checkPackage(pkg: Package, byName: ReadonlyMap<string, Package>): Finding[] {
  const findings: Finding[] = [];
  if (LEVELS[pkg.id] === undefined && !BESIDE.has(pkg.id)) {
    findings.push(inManifest(pkg, "name", "no-level", `${pkg.id} has no line in tidy/levels.ts`));
  }
  const imported = new Set<string>();
  for (const source of pkg.sources) {
    for (const one of importsOf(source)) {
      if (source.kind === "src") imported.add(packageOf(one.specifier));
      findings.push(...checkImport(pkg, source, one, byName));
    }
  }
  for (const name of pkg.dependencies) {
    if (!imported.has(name)) {
      findings.push(inManifest(pkg, name, "unused-edge", `nothing in src imports ${name}`));
    }
    const level = LEVELS[pkg.id];
    if (!byName.has(name) && level !== undefined && level <= NO_OUTSIDE_DEPENDENCY_UP_TO) {
      const message = `${name} comes from outside; levels 0 to ${NO_OUTSIDE_DEPENDENCY_UP_TO} have no such dependency`;
      findings.push(inManifest(pkg, name, "outside-dependency", message));
    }
  }
  return findings;
}

function checkImport(
  pkg: Package,
  source: Source,
  { specifier, node }: Import,
  byName: ReadonlyMap<string, Package>,
): Finding[] {
  const report = (rule: string, message: string): Finding[] => [
    finding(source, node, rule, message),
  ];
  if (isRelative(specifier)) {
    const target = posix.join(posix.dirname(source.path), specifier);
    if (target.startsWith(`${pkg.dir}/`)) return [];
    return report("leaves-package", `${specifier} is outside ${pkg.dir}; import by package name`);
  }
  if (isNodeModule(specifier)) return []; // globals.ts decides
  const name = packageOf(specifier);
  if (name === pkg.name) {
    return source.kind === "src" ? report("cycle", `${name} imports itself by name`) : [];
  }
  const isDeclared =
    pkg.dependencies.has(name) || (source.kind === "test" && pkg.devDependencies.has(name));
  const where = source.kind === "src" ? "dependencies" : "devDependencies";
  const findings = isDeclared
    ? []
    : report("undeclared", `${name} is not in ${where} of ${pkg.dir}/package.json`);
  const target = byName.get(name);
  const refusal = target && refuseEdge(pkg, source, target);
  return refusal ? [...findings, ...report("upward", refusal)] : findings;
}

/** Why the arrow may not be drawn, or undefined where it may. */
function refuseEdge(from: Package, source: Source, to: Package): string | undefined {
  if (BESIDE.has(to.id)) {
    const level = BESIDE_AT[to.id] ?? 0;
    if ((LEVELS[from.id] ?? level) < level) {
      return `${from.id} (level ${LEVELS[from.id]}) imports ${to.id}, which is built on level ${level}`;
    }
    const isAllowed = source.kind === "test" || from.isApp || BESIDE.has(from.id);
    return isAllowed ? undefined : `${to.id} stands beside the levels: only tests import it`;
  }
  if (BESIDE.has(from.id)) {
    const isLow = (LEVELS[to.id] ?? 0) <= (BESIDE_AT[from.id] ?? Infinity);
    const isAllowed = source.kind === "test" || (BESIDE_ON_LEVELS.has(from.id) && isLow);
    return isAllowed ? undefined : `${from.id} stands beside the levels`;
  }
  const fromLevel = LEVELS[from.id];
  const toLevel = LEVELS[to.id];
  if (fromLevel === undefined || toLevel === undefined) return undefined; // no-level reports it
  if (toLevel < fromLevel || EXTRA_EDGES.has(`${from.id} ${to.id}`)) return undefined;
  return `${from.id} (level ${fromLevel}) imports ${to.id} (level ${toLevel}): arrows point down`;
}

/** Depth first over declared dependencies; a cycle is told once, from its first package. */
function findCycles(packages: readonly Package[], byName: ReadonlyMap<string, Package>): Finding[] {
  const findings: Finding[] = [];
  const done = new Set<Package>();
  const visit = (pkg: Package, path: readonly Package[]): void => {
    const start = path.indexOf(pkg);
    if (start >= 0) {
      const cycle = [...path.slice(start), pkg].map((one) => one.id).join(" → ");
      const last = path[path.length - 1]!;
      findings.push(inManifest(last, pkg.name, "cycle", cycle));
    }
    if (start >= 0 || done.has(pkg)) return;
    for (const name of pkg.dependencies) {
      const next = byName.get(name);
      if (next) visit(next, [...path, pkg]);
    }
    done.add(pkg);
  };
  for (const pkg of packages) visit(pkg, []);
  return findings;
}

function inManifest(pkg: Package, key: string, rule: string, message: string): Finding {
  const path = `${pkg.dir}/package.json`;
  return { path, line: manifestLine(pkg, key), rule, message, isWarning: false };
}
