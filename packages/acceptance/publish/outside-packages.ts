/** What the published packages need from other authors, as it is installed in this workspace. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Published, REPO } from "@forkpath/config/published";

/** Folders of all packages from outside that `published` need, and of those that these need. */
export function outsidePackages(published: readonly Published[]): readonly string[] {
  const own = new Set(published.map(({ manifest }) => manifest.name));
  const found = new Set<string>();
  const visit = (folder: string, dependencies: Readonly<Record<string, string>> = {}): void => {
    for (const name of Object.keys(dependencies)) {
      if (own.has(name)) continue;
      const place = realpathSync(installed(folder, name));
      if (found.has(place)) continue;
      found.add(place);
      const text = readFileSync(join(place, "package.json"), "utf8");
      visit(place, (JSON.parse(text) as { dependencies?: Record<string, string> }).dependencies);
    }
  };
  for (const { dir, manifest } of published) visit(join(REPO, dir), manifest.dependencies);
  return [...found];
}

/** As Node.js looks for it: in node_modules beside the package, and in those above. */
function installed(folder: string, name: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const place = join(at, "node_modules", name);
    if (existsSync(place)) return place;
    if (dirname(at) === at) throw new Error(`${name}, which ${folder} needs, is not installed`);
  }
}
