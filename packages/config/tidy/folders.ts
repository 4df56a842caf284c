/**
 * The layer rule inside a package: folders point down only, and no file imports itself by a detour.
 *
 * A circle of types counts as well: whoever reads one file of it has to read all.
 */
import { posix } from "node:path";
import { type Import, importsOf, isRelative } from "./imports.ts";
import { FOLDER_LEVELS } from "./levels.ts";
import { type Finding, finding, type Package, type Source } from "./workspace.ts";

/** Doors of a package: they may name every room. */
const DOORS: ReadonlySet<string> = new Set(["index.ts", "internal.ts"]);
const TYPES = "types.ts";

export function checkFolders(pkg: Package): Finding[] {
  const sources = pkg.sources.filter(({ kind }) => kind === "src");
  const levels = FOLDER_LEVELS[pkg.id];
  const rooms = levels === undefined ? [] : sources.flatMap((one) => checkRoom(pkg, one, levels));
  return [...rooms, ...findCircles(sources)];
}

function checkRoom(
  pkg: Package,
  source: Source,
  levels: Readonly<Record<string, number>>,
): Finding[] {
  const from = roomOf(pkg, source.path);
  if (DOORS.has(from)) return [];
  if (from !== TYPES && levels[from] === undefined) {
    const message = `${from} has no level in FOLDER_LEVELS of tidy/levels.ts`;
    return [finding(source, source.tree, "no-room", message)];
  }
  const findings: Finding[] = [];
  for (const one of importsOf(source)) {
    if (!isRelative(one.specifier)) continue;
    const to = roomOf(pkg, targetOf(source, one));
    if (to === from || levelOf(levels, to) < levelOf(levels, from)) continue;
    const message = `${from} imports ${to}: folders point down too`;
    findings.push(finding(source, one.node, "upward-folder", message));
  }
  return findings;
}

/** The folder below `src`, or the file's own name for one that stands in no folder. */
function roomOf(pkg: Package, path: string): string {
  const [first = ""] = path.slice(`${pkg.dir}/src/`.length).split("/");
  return first;
}

const levelOf = (levels: Readonly<Record<string, number>>, room: string): number =>
  room === TYPES ? 0 : (levels[room] ?? Number.POSITIVE_INFINITY);

const targetOf = (source: Source, { specifier }: Import): string =>
  posix.join(posix.dirname(source.path), specifier);

/** Depth first over the files; each circle is told once, at the import that closes it. */
function findCircles(sources: readonly Source[]): Finding[] {
  const findings: Finding[] = [];
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<Source>();
  const path: Source[] = [];
  const visit = (source: Source): void => {
    path.push(source);
    for (const one of importsOf(source)) {
      const next = isRelative(one.specifier) ? byPath.get(targetOf(source, one)) : undefined;
      if (next === undefined || done.has(next)) continue;
      const start = path.indexOf(next);
      if (start < 0) {
        visit(next);
      } else {
        const names = [...path.slice(start), next].map((file) => posix.basename(file.path));
        findings.push(finding(source, one.node, "circle", names.join(" → ")));
      }
    }
    path.pop();
    done.add(source);
  };
  for (const source of sources) if (!done.has(source)) visit(source);
  return findings;
}
