/** The built site in a browser: everyone can read it, it asks for nothing outside, search finds. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { chromiumPath } from "@forkpath/config/chromium";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OUTPUT } from "../src/places.ts";

const path = chromiumPath();
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
/** One of each kind. */
const KINDS = [
  "/",
  "/404.html",
  "/CONTRIBUTING.html",
  "/apps/site/",
  "/docs/",
  "/docs/operators.html",
  "/docs/decisions/0017-explorations.html",
  "/docs/spec/04-pages-and-rmap.html#s4.1-3",
  "/docs/spec-linux6/08-ledger.html",
  "/packages/mm/",
  "/reference/",
  "/reference/trace.html#callspan",
];
/** Every page takes minutes: `pnpm --filter @forkpath/site everything`. */
const isWhole = process.env.FORKPATH_SITE === "whole";
const allPages = (): string[] =>
  readdirSync(OUTPUT, { recursive: true, encoding: "utf8" })
    .filter((one) => one.endsWith(".html") && !one.startsWith("playground"))
    .map((one) => `/${one.replaceAll("\\", "/")}`)
    .sort();
const pages = canRun && isWhole ? allPages() : KINDS;

/** What people type, and where the first result leads. */
const SEARCHES = [
  ["VmRSS", "/docs/tour.html"],
  ["copy_one_pte", "/docs/tour.html"],
  ["vfork", "/docs/scenarios.html#vfork"],
  ["D15", "/docs/defects.html#d15-"],
  ["predict", "/packages/predict/"],
  ["swap_duplicate", "/docs/spec/03-swap.html"],
  ["fork failed ENOMEM", "/docs/operators.html#when-fork-fails-enomem"],
  ["cannot allocate memory", "/docs/operators.html#when-fork-fails-enomem"],
  ["BGSAVE", "/docs/operators.html"],
  ["add a release", "/docs/kernels.html"],
  ["playground", "/apps/playground/"],
  ["anon_vma graph", "/docs/spec/04-pages-and-rmap.html"],
] as const;

type Axe = { run(options: object): Promise<{ violations: { id: string }[] }> };

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

  /** Goes through the pages, and tells what was faulty: of a page, of a script, of a request. */
  async function faultsOf(
    options: object,
    look: (page: Page) => Promise<readonly string[]>,
  ): Promise<string[]> {
    const context = await started.browser!.newContext(options);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("pageerror", ({ message }) => faults.push(message));
    page.on("request", (request) => {
      if (!request.url().startsWith(`${started.url}/`)) faults.push(request.url());
    });
    for (const one of pages) {
      await page.goto(`${started.url}${one}`, { waitUntil: "load" });
      for (const fault of await look(page)) faults.push(`${one}: ${fault}`);
    }
    await context.close();
    return faults;
  }

  async function runAxe(page: Page, options: object): Promise<string[]> {
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(
      (chosen) => (globalThis as unknown as { axe: Axe }).axe.run(chosen),
      options,
    );
    return violations.map(({ id }) => id);
  }

  const timeout = isWhole ? 900_000 : 240_000;
  test("axe finds nothing, and no page asks outside", { timeout }, async () => {
    const all = { resultTypes: ["violations"] };
    expect(await faultsOf({ colorScheme: "light" }, (page) => runAxe(page, all))).toEqual([]);
  });

  test("nor does it in the dark, where colors alone are others", { timeout }, async () => {
    const colors = { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } };
    expect(await faultsOf({ colorScheme: "dark" }, (page) => runAxe(page, colors))).toEqual([]);
  });

  test("on a telephone no page is wider than the screen", { timeout }, async () => {
    const viewport = { width: 360, height: 740 };
    const look = async (page: Page): Promise<string[]> => {
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      return width > viewport.width ? [`${width} wide`] : [];
    };
    expect(await faultsOf({ viewport }, look)).toEqual([]);
  });

  test("the search finds what people type, and everyone can read what it shows", {
    timeout,
  }, async () => {
    const page = await started.browser!.newPage();
    await page.goto(started.url, { waitUntil: "networkidle" });
    await page.keyboard.press("Control+k");
    const input = page.locator("#localsearch-input");
    expect(await runAxe(page, {})).toEqual([]);
    for (const [words, address] of SEARCHES) {
      await input.fill(words);
      const first = page.locator(`.results li:first-child .result[href^="${address}"]`);
      await first.waitFor({ timeout: 10_000 });
    }
    expect(await runAxe(page, {})).toEqual([]);
    const options = page.getByRole("dialog").getByRole("option");
    const chosen = await page.getByRole("combobox").getAttribute("aria-activedescendant");
    expect(await options.first().getAttribute("id")).toBe(chosen);
    await options.first().click();
    await page.waitForURL(/04-pages-and-rmap\.html#/);
    await page.close();
  });
});
