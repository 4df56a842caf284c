/** The reference says something of every export and every member of every library. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publishedLibraries } from "@forkpath/config/published";
import { expect, test } from "vitest";
import { OUTPUT, ROOT } from "../src/places.ts";
import { findProblems } from "../src/reference.ts";

test("nothing is undocumented, unexported or linked to nothing", { timeout: 120_000 }, async () => {
  expect(await findProblems(publishedLibraries())).toEqual([]);
});

const folder = join(OUTPUT, "reference");
const isBuilt = existsSync(folder);
if (!isBuilt) console.log("reference: pages are not looked at: the site is not built");

test.skipIf(!isBuilt)("each page leads to sources that are there", () => {
  const pages = readdirSync(folder).filter((name) => name !== "index.html");
  expect(pages).toHaveLength(publishedLibraries().length);
  for (const page of pages) {
    const html = readFileSync(join(folder, page), "utf8");
    const paths = new Set(
      Array.from(html.matchAll(/\/blob\/main\/(packages\/[^#"]+\.ts)#L\d+"/g), ([, path]) => path!),
    );
    expect([page, paths.size > 0]).toEqual([page, true]);
    expect([...paths].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  }
});
