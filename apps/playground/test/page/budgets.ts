/**
 * What the page costs, beside what it may: `pnpm --filter @forkpath/playground budgets`. The load
 * of the machine is told, since every time here is one of this machine and this moment.
 */
import { readdirSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { browserPath, drawn, launch, openPage } from "./browser.ts";
import { serve } from "./site.ts";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const ASSETS = join(DIST, "assets");
const KB = 1000;

const tell = (what: string, is: number, budget: number, unit: string): void => {
  const mark = is <= budget ? "ok  " : "over";
  console.log(`${mark}  ${what.padEnd(44)} ${is.toFixed(1).padStart(8)} of ${budget} ${unit}`);
};

/** Packed size of the scripts or styles whose names begin so. */
const packed = (begin: string, end: string): number =>
  readdirSync(ASSETS)
    .filter((file) => file.startsWith(begin) && file.endsWith(end))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(ASSETS, file))).length / KB, 0);

const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await act();
  return performance.now() - began;
};

const paint = (page: Page): Promise<number> =>
  page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0);

/** Milliseconds of script for each of so many steps of a slider. */
const scrub = (page: Page, selector: string, last: number): Promise<number> =>
  page.evaluate(
    async ([where, most]) => {
      const slider = document.querySelector<HTMLInputElement>(where as string);
      if (slider === null) return Number.NaN;
      const rounds = 60;
      let script = 0;
      for (let round = 0; round < rounds; round++) {
        const began = performance.now();
        slider.value = String(round % ((most as number) + 1));
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await Promise.resolve();
        script += performance.now() - began;
        await new Promise((done) => requestAnimationFrame(done));
      }
      return script / rounds;
    },
    [selector, last] as const,
  );

const path = await browserPath();
if (path === undefined) throw new Error("there is no Chromium; CHROMIUM_PATH may name one");
console.log(
  `load of the machine: ${loadavg()
    .map((load) => load.toFixed(1))
    .join(" ")}\n`,
);
tell("page, packed", packed("index", ".js"), 45, "kB");
tell("worker, packed", packed("main", ".js"), 180, "kB");
tell("editor, packed, fetched when idle", packed("editor", ".js"), 150, "kB");
tell("styles, packed", packed("", ".css"), 8, "kB");
const site = await serve(DIST);
const browser = await launch(path);
for (const [name, budget] of [
  ["first-fork", 600],
  ["redis-snapshot", 800],
  ["prefork-server", 1200],
] as const) {
  const began = performance.now();
  const { page, close } = await openPage(browser, site, `#v1/history/${name}?step=1`);
  await drawn(page);
  tell(`maps drawn: ${name}`, performance.now() - began, budget, "ms");
  if (name === "first-fork") tell("first contentful paint", await paint(page), 300, "ms");
  if (name === "redis-snapshot") {
    tell(
      "scrubbing 2 × 16,384 pages, script a frame",
      await scrub(page, 'input[aria-label="step"]', 7),
      6,
      "ms",
    );
  }
  await close();
}
const { page, close } = await openPage(
  browser,
  site,
  "#v1/race/d01-exec-arguments+everywhere@v1:a78b14",
);
await page.waitForSelector(".columns tbody tr");
await page.click("button.primary");
tell(
  "race d01 everywhere: 204 schedules, explained",
  await timed(() => page.waitForSelector("[data-verdict]:has-text('133 of 204')")),
  1000,
  "ms",
);
await close();
await browser.close();
await site.close();
