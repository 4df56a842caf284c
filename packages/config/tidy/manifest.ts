/**
 * What the manifest of a published package says: where it comes from, what is in its tarball, and
 * that it cannot be packed without a fresh build. Without a version, nobody can publish it.
 */
import type { Finding, Package } from "./workspace.ts";

interface Manifest {
  readonly private?: boolean;
  readonly version?: string;
  readonly files?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const SITE = "https://github.com/forkpath/forkpath";
/** In the tarball; the stamp of the build is not. */
const FILES = ["dist", "!dist/.build", "CHANGELOG.md"];
/** Of a library the sources are there, too: the maps of its build lead to them. */
const filesOf = ({ dir }: Package): readonly string[] =>
  dir.startsWith("packages/") ? [...FILES, "src"] : FILES;

export function checkManifest(pkg: Package): Finding[] {
  const manifest = JSON.parse(pkg.manifest) as Manifest;
  if (manifest.private || manifest.version === undefined) return [];
  const messages = [
    ...wrongFields(pkg, manifest),
    ...wrongScripts(manifest.scripts ?? {}),
    ...filesOf(pkg)
      .filter((file) => !manifest.files?.includes(file))
      .map((file) => `files lacks ${file}`),
  ];
  const path = `${pkg.dir}/package.json`;
  return messages.map((message) => ({
    path,
    line: 1,
    rule: "manifest",
    message,
    isWarning: false,
  }));
}

function wrongFields(pkg: Package, manifest: Manifest): string[] {
  const wanted: Readonly<Record<string, unknown>> = {
    license: "MIT",
    author: "forkpath authors",
    homepage: `${SITE}/tree/main/${pkg.dir}#readme`,
    bugs: { url: `${SITE}/issues` },
    repository: { type: "git", url: `git+${SITE}.git`, directory: pkg.dir },
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.19.0" },
  };
  const wrong = Object.entries(wanted)
    .filter(([field, value]) => JSON.stringify(manifest[field]) !== JSON.stringify(value))
    .map(([field, value]) => `${field} is to be ${JSON.stringify(value)}`);
  const keywords = manifest.keywords;
  if (!Array.isArray(keywords) || keywords.length === 0) wrong.push("keywords are wanting");
  return wrong;
}

function wrongScripts(scripts: Readonly<Record<string, string>>): string[] {
  const wrong: string[] = [];
  if (!/ && fresh-build stamp( |$)/.test(scripts.build ?? "")) {
    wrong.push("the script build is to end with && fresh-build stamp");
  }
  if (scripts.prepack !== "fresh-build check") {
    wrong.push("the script prepack is to be fresh-build check");
  }
  if (!scripts["check:package"]?.startsWith("pnpm pack")) {
    wrong.push("the script check:package is to pack, and look at the tarball");
  }
  return wrong;
}
