/** The contents: the documents in the order of docs/README.md, the packages, the reference. */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import type { DefaultTheme } from "vitepress";
import { listDocuments, pageOf, titleOf } from "./pages.ts";
import { ROOT } from "./places.ts";
import { listLibraries, pageName } from "./reference.ts";

type Item = DefaultTheme.SidebarItem;

export function makeSidebar(): Item[] {
  const documents = listDocuments();
  const inFolder = (folder: string): string[] =>
    documents.filter((one) => posix.dirname(one) === folder && posix.basename(one) !== "README.md");
  const listed = linksOf("docs/README.md").map((one) => {
    if (!one.endsWith("/README.md")) return itemOf(one);
    return { ...itemOf(one), collapsed: true, items: inFolder(posix.dirname(one)).map(itemOf) };
  });
  const packages = documents.filter((one) => /^(apps|packages)\/[^/]+\/README\.md$/.test(one));
  return [
    { text: "forkpath", link: "/", items: inFolder(".").map(itemOf) },
    { text: "Documents", link: "/docs/", items: listed },
    { text: "Packages", items: packages.map(itemOf) },
    {
      text: "Reference",
      link: "/reference/",
      collapsed: true,
      items: listLibraries().map((one) => ({
        text: one.name,
        link: `/reference/${pageName(one)}.html`,
      })),
    },
  ];
}

/** The documents that a document links to, in its order, each once. */
function linksOf(document: string): string[] {
  const text = readFileSync(join(ROOT, document), "utf8");
  const links = [...text.matchAll(/^\| \[[^\]]+\]\(([^)#]+\.md)\)/gm)];
  return links.map(([, link]) => posix.join(posix.dirname(document), link!));
}

const itemOf = (document: string): Item => ({
  text: titleOf(document),
  link: `/${pageOf(document)
    .replace(/(^|\/)index\.md$/, "$1")
    .replace(/\.md$/, ".html")}`,
});
