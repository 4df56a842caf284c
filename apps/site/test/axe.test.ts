import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import axe from "axe-core";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OUTPUT } from "../src/places.ts";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const path = [process.env.CHROMIUM_PATH ?? "", ...PLACES].find((one) => one && existsSync(one));
const isBuilt = existsSync(join(OUTPUT, "index.html"));
const isAtRoot = process.env.FORKPATH_SITE_BASE === undefined;
const canRun = path !== undefined && isBuilt && isAtRoot;
if (!canRun) console.log("axe: skipped: it wants a Chromium, and a site built for the root");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const PAGES = [
  "/",
  "/docs/spec/04-pages-and-rmap.html#s4.1-3",
  "/docs/kernels.html",
  "/packages/mm/",
  "/reference/",
  "/reference/trace.html#callspan",
];

describe.skipIf(!canRun)("in Chromium", () => {
  const started: { server?: Server; browser?: Browser; url: string } = { url: "" };
  beforeAll(async () => {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
      const file = join(OUTPUT, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
      const isThere = existsSync(file);
      response.writeHead(isThere ? 200 : 404, {
        "content-type": TYPES[extname(file)] ?? "text/plain",
      });
      response.end(isThere ? readFileSync(file) : "");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    started.server = server;
    started.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    started.browser = await chromium.launch({ executablePath: path ?? "", args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await started.browser?.close();
    started.server?.close();
  });

  test.each(["light", "dark"] as const)(
    "axe finds nothing, and no page asks outside: %s",
    async (colorScheme) => {
      const context = await started.browser!.newContext({ colorScheme });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on("pageerror", ({ message }) => faults.push(message));
      page.on("request", (request) => {
        if (!request.url().startsWith(`${started.url}/`)) faults.push(request.url());
      });
      for (const one of PAGES) {
        await page.goto(`${started.url}${one}`, { waitUntil: "networkidle" });
        await page.evaluate(axe.source);
        const found = await page.evaluate(() =>
          (
            globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }
          ).axe.run(),
        );
        faults.push(...found.violations.map(({ id }) => `${one}: ${id}`));
      }
      await context.close();
      expect(faults).toEqual([]);
    },
  );

  test("the search finds a section, and leads to it", async () => {
    const page = await started.browser!.newPage();
    await page.goto(started.url, { waitUntil: "networkidle" });
    await page.keyboard.press("Control+k");
    await page.locator("#localsearch-input").fill("anon_vma graph");
    await page.locator(".results .result").first().click();
    await page.waitForURL(/04-pages-and-rmap\.html#/);
    await page.close();
  });
});
