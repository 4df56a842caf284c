/** The contents: docs/README.md with its headings, in its order; the packages; the reference. */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { publishedLibraries } from "@forkpath/config/published";
import type { DefaultTheme } from "vitepress";
import { listDocuments, pageOf, titleOf } from "./pages.ts";
import { ROOT } from "./places.ts";
import { pageName } from "./reference.ts";

type Item = DefaultTheme.SidebarItem;
const CONTENTS = "docs/README.md";

export function makeSidebar(): Item[] {
  const documents = listDocuments();
  const packages = documents.filter((one) => /^(apps|packages)\/[^/]+\/README\.md$/.test(one));
  return [
    ...contentsOf(CONTENTS, documents),
    {
      text: "Packages",
      link: "/#packages",
      collapsed: true,
      items: packages.map((one) => itemOf(one, titleOf(one))),
    },
    {
      text: "Reference",
      link: "/reference/",
      collapsed: true,
      items: publishedLibraries().map((one) => ({
        text: one.manifest.name,
        link: `/reference/${pageName(one)}.html`,
      })),
    },
  ];
}

/** A group for each heading, with what its table lists; a README brings its folder along. */
export function contentsOf(document: string, documents: readonly string[]): Item[] {
  const inFolder = (folder: string): string[] =>
    documents.filter((one) => posix.dirname(one) === folder && posix.basename(one) !== "README.md");
  const [, ...sections] = readFileSync(join(ROOT, document), "utf8").split(/^## /m);
  return sections.map((section) => {
    const rows = section.matchAll(/^\| \[([^\]]+)\]\(([^)#]+\.md)\)/gm);
    const items = Array.from(rows, ([, text, link]) => {
      const path = posix.join(posix.dirname(document), link!);
      const item = itemOf(path, text!);
      if (!/^docs\/.+\/README\.md$/.test(path)) return item;
      const pages = inFolder(posix.dirname(path)).map((one) => itemOf(one, titleOf(one)));
      return { ...item, collapsed: true, items: pages };
    });
    return { text: section.slice(0, section.indexOf("\n")), items };
  });
}

const itemOf = (document: string, text: string): Item => ({
  text,
  link: `/${pageOf(document)
    .replace(/(^|\/)index\.md$/, "$1")
    .replace(/\.md$/, ".html")}`,
});
