/**
 * Which documents become pages: every Markdown file of the repository but the change logs and the
 * reports of what is exported, which the reference says better.
 *
 * A page keeps its document's path; only README.md becomes index.md, so that a folder opens.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GATHERED, ROOT } from "./places.ts";

const SKIPPED: ReadonlySet<string> = new Set(["node_modules", "dist", "coverage", "CHANGELOG.md"]);
const isReport = (name: string): boolean => name.endsWith(".api.md");
const IMAGES = "docs/images";

export const pageOf = (document: string): string =>
  document.replace(/(^|\/)README\.md$/, "$1index.md");

/** Paths from the root, sorted. */
export function listDocuments(folder = ""): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith(".") && !SKIPPED.has(name) && !isReport(name))
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return listDocuments(path);
      return path.endsWith(".md") ? [path] : [];
    })
    .sort();
}

/** The text of the first heading, without its marks. */
export function titleOf(document: string): string {
  const heading = /^# (.+)$/m.exec(readFileSync(join(ROOT, document), "utf8"));
  return heading?.[1]?.replaceAll("`", "") ?? document;
}

/** What a server shows for an address that it does not have. */
const NOT_FOUND = `# There is no such page

It may have been moved. The search knows every page that there is; [the first page](/) leads to them.
`;

/** A line of badges: pictures from outside, that say how the repository is now. */
const BADGES = /^(?:\[!\[[^\]\n]*\]\(https:[^)\n]*\)\]\([^)\n]*\) ?)+\n\n?/gm;

/** A page of the site loads nothing from outside. */
export const withoutBadges = (text: string): string => text.replace(BADGES, "");

export function gatherPages(documents: readonly string[]): void {
  rmSync(GATHERED, { recursive: true, force: true });
  for (const document of documents) {
    const page = join(GATHERED, pageOf(document));
    mkdirSync(dirname(page), { recursive: true });
    writeFileSync(page, withoutBadges(readFileSync(join(ROOT, document), "utf8")));
  }
  writeFileSync(join(GATHERED, "404.md"), NOT_FOUND);
  cpSync(join(ROOT, IMAGES), join(GATHERED, IMAGES), { recursive: true });
}
