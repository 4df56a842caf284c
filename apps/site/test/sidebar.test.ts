import { expect, test } from "vitest";
import { listDocuments, pageOf } from "../src/pages.ts";
import { contentsOf, makeSidebar } from "../src/sidebar.ts";

test("docs/README.md lists every document of docs, of the root, and each app", () => {
  const documents = listDocuments();
  const links = contentsOf("docs/README.md", documents)
    .flatMap(({ items = [] }) => items)
    .flatMap((item) => [item, ...(item.items ?? [])])
    .map(({ link }) => link);
  const wanted = documents
    .filter((one) => /^(?:docs\/.+|[A-Z_]+)\.md$|^apps\/(?:cli|playground)\//.test(one))
    .filter((one) => one !== "docs/README.md")
    .map(
      (one) =>
        `/${pageOf(one)
          .replace(/index\.md$/, "")
          .replace(/\.md$/, ".html")}`,
    );
  expect(wanted.length).toBeGreaterThan(60);
  expect(wanted.filter((one) => !links.includes(one))).toEqual([]);
});

test("a group that opens leads somewhere: its name and its arrow are two buttons otherwise", () => {
  const closed = makeSidebar().filter(({ collapsed }) => collapsed !== undefined);
  expect(closed.length).toBeGreaterThan(0);
  expect(closed.filter(({ link }) => link === undefined)).toEqual([]);
});
