/**
 * Links as the site needs them: to a page where the document is one, otherwise to the repository.
 *
 * Documents link as they lie in the repository, so that they work there too. Headings get the
 * anchors that the repository's page gives them.
 */
import { existsSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { listDocuments, pageOf } from "./pages.ts";
import { GATHERED, ROOT, repositoryPage } from "./places.ts";

/** What a heading's anchor is called: letters, digits and hyphens. */
export const slugOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");

/** Takes a link of `page` (a path from the root) to where it leads in the site. */
export function makeLinks(): (page: string, link: string) => string {
  const documents = new Set(listDocuments());
  const repository = repositoryPage();
  return (page, link) => {
    if (/^([a-z]+:|#|\/)/i.test(link)) return link;
    const [path = "", anchor] = link.split("#", 2);
    const suffix = anchor === undefined ? "" : `#${anchor}`;
    const folder = posix.dirname(page);
    const target = posix.join(folder, path).replace(/\/$/, "");
    const document = [target, `${target}/README.md`].find((one) => documents.has(one));
    if (document !== undefined) {
      return `${relativeTo(folder, pageOf(document))}${suffix}`;
    }
    if (isFile(join(GATHERED, target))) return link;
    if (!existsSync(join(ROOT, target))) {
      throw new Error(`${page} links to ${link}, and nothing is there`);
    }
    const kind = statSync(join(ROOT, target)).isDirectory() ? "tree" : "blob";
    return `${repository}/${kind}/main/${target}${suffix}`;
  };
}

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

const relativeTo = (folder: string, page: string): string => {
  const path = posix.relative(folder, page);
  return path.startsWith(".") ? path : `./${path}`;
};

/** The empty corner of a table is the heading of nothing. */
export function useCorners(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("forkpath-corners", ({ tokens }) => {
    for (const [index, { type }] of tokens.entries()) {
      if (type !== "th_open" || tokens[index + 1]?.content !== "") continue;
      for (const at of [index, index + 2]) tokens[at]!.tag = "td";
    }
  });
}

/** Teaches the renderer those links. Of raw HTML, anchors stay; all else is shown as written. */
export function useLinks(markdown: MarkdownRenderer): void {
  const linkOf = makeLinks();
  markdown.core.ruler.push("forkpath-links", (state) => {
    const page = (state.env as { relativePath?: string }).relativePath ?? "index.md";
    for (const token of state.tokens.flatMap((one) => [one, ...(one.children ?? [])])) {
      const name = token.type === "link_open" ? "href" : "src";
      const link = token.attrGet(name);
      if (link !== null) token.attrSet(name, linkOf(page, link));
      if (token.type.startsWith("html_") && !/^<(a id="|\/a>|!--)/.test(token.content)) {
        token.content = markdown.utils.escapeHtml(token.content);
      }
    }
  });
}
