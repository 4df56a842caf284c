/** Journeys through the page, in a real browser, on the built folder. */
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserPath, drawn, launch, openPage } from "./browser.ts";
import { type Site, serve } from "./site.ts";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const path = browserPath();
if (path === undefined) console.log("journeys: skipped, there is no Chromium on this machine");

describe.skipIf(path === undefined)("in Chromium", () => {
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(path ?? ""), serve(DIST)]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  test("1: without a hash, the first fork, at the fork, all as expected", async () => {
    const { page, faults, close } = await openPage(browser, site);
    await drawn(page);
    expect(await page.textContent(".caption h2")).toBe("fork server as child");
    expect(await page.locator("canvas[data-map]").count()).toBe(12);
    expect(await page.textContent(".status")).toContain("all as expected");
    expect(faults).toEqual([]);
    await close();
  });
});
