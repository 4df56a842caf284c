import { expect, test } from "vitest";
import { makeLinks, slugOf } from "../src/links.ts";
import { withoutBadges } from "../src/pages.ts";
import { repositoryPage } from "../src/places.ts";

const linkOf = makeLinks();

test("a document's link leads to the other document's page, with its anchor", () => {
  expect(linkOf("docs/defects.md", "spec/03-swap.md#s3.4")).toBe("./spec/03-swap.md#s3.4");
  expect(linkOf("docs/spec/03-swap.md", "README.md")).toBe("./index.md");
  expect(linkOf("docs/index.md", "../packages/mm/README.md")).toBe("../packages/mm/index.md");
  expect(linkOf("docs/index.md", "decisions")).toBe("./decisions/index.md");
});

test("a link to a source or a folder leads to the repository's page", () => {
  expect(linkOf("packages/mm/index.md", "src/fault/wp.ts")).toBe(
    `${repositoryPage()}/blob/main/packages/mm/src/fault/wp.ts`,
  );
  expect(linkOf("packages/mm/index.md", "src/rules")).toBe(
    `${repositoryPage()}/tree/main/packages/mm/src/rules`,
  );
});

test("links to elsewhere and inside the page stay", () => {
  expect(linkOf("index.md", "https://example.org/a.md")).toBe("https://example.org/a.md");
  expect(linkOf("index.md", "#questions")).toBe("#questions");
});

test("a link to nothing stops the build, and names the page", () => {
  expect(() => linkOf("docs/tour.md", "nowhere.ts")).toThrow("docs/tour.md links to nowhere.ts");
});

test("a heading's anchor is the repository's", () => {
  expect(slugOf("A kernel version is an object")).toBe("a-kernel-version-is-an-object");
  expect(slugOf("4.1 `_count`, and D15")).toBe("41-_count-and-d15");
});

test("badges stay in the repository", () => {
  const badge = "[![tests](https://x.example/a.svg)](https://x.example/a)";
  expect(withoutBadges(`# t\n\n${badge} ${badge}\n\nText.\n`)).toBe("# t\n\nText.\n");
  expect(withoutBadges(`A ${badge} in a line.\n![a](b.png)\n`)).toContain(badge);
});
