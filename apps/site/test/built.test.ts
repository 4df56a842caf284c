import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkFolder } from "../src/check.ts";
import { GATHERED, OUTPUT } from "../src/places.ts";

const isBuilt = existsSync(join(OUTPUT, "index.html"));
if (!isBuilt) console.log("skipped: the site is not built here; `npx -y pnpm@12 site` builds it");

test.skipIf(!isBuilt)("every link and anchor of the built site resolves, inside it", () => {
  expect(checkFolder(OUTPUT, process.env.FORKPATH_SITE_BASE)).toEqual([]);
});

test.skipIf(!isBuilt)("every document that was gathered has its page", () => {
  const gathered = readdirSync(GATHERED, { recursive: true, encoding: "utf8" });
  const pages = gathered.filter((path) => path.endsWith(".md"));
  expect(pages.length).toBeGreaterThan(90);
  const html = pages.map((page) => page.replace(/\.md$/, ".html"));
  expect(html.filter((page) => !existsSync(join(OUTPUT, page)))).toEqual([]);
});
