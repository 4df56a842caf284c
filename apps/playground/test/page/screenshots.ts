/**
 * Pictures of six states, light and dark: `pnpm --filter @forkpath/playground screenshots`. They go
 * to `screenshots/`, and two of them into the README of the repository.
 */
import { copyFile, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { FIRST_RACE } from "../../src/store/examples.ts";
import { browserPath, launch, openPage } from "./browser.ts";
import { serve } from "./site.ts";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const OUT = fileURLToPath(new URL("../../screenshots", import.meta.url));
const IMAGES = fileURLToPath(new URL("../../../../docs/images", import.meta.url));
const IN_README = new Set(["history-light", "race-dark"]);
const CAPTURE = fileURLToPath(
  new URL("../../../../packages/procfs/test/captures/redis/pre/", import.meta.url),
);
const FILES = ["status", "smaps", "smaps_rollup", "maps", "anon_vma.txt", "pages.bin.gz"];

const SETTLED = 1500; // ms

interface State {
  readonly name: string;
  readonly hash: string;
  /** What has to be there. */
  readonly seen: string;
  act?(page: Page): Promise<void>;
}

const STATES: readonly State[] = [
  {
    name: "history",
    hash: "#v1/history/first-fork?step=4&page=child,heap,23&tab=page",
    seen: "canvas[data-map]",
  },
  {
    name: "inside",
    hash: "#v1/history/redis-snapshot?step=2&at=8354&tab=calls",
    seen: ".call.lit",
  },
  {
    name: "compare",
    hash: "#v1/history/first-fork?step=2&against=v6.18&pair=child,server",
    seen: ".differs",
  },
  {
    name: "edit",
    hash: "#v1/history/first-fork?step=2",
    seen: "canvas[data-map]",
    act: (page) => page.keyboard.press("e"),
  },
  {
    name: "race",
    hash: FIRST_RACE,
    seen: ".columns tbody tr",
    async act(page) {
      await page.click("button.primary");
      await page.waitForSelector('[data-verdict]:has-text("schedules fail")');
      await page.waitForSelector("button.primary");
      await page.waitForTimeout(SETTLED); // the plainest schedule is shown at its end
      // Where one thread loses its turn, and what the other's update is lost to.
      await page.locator("tr.preemption .row-button").last().click();
      await page.locator("tr:has(.store) .row-button").last().click();
    },
  },
  {
    name: "process",
    hash: "#v1/process",
    seen: "#files",
    async act(page) {
      await page.setInputFiles(
        "#files",
        FILES.map((name) => `${CAPTURE}${name}`),
      );
      await page.waitForSelector("[data-figure]");
    },
  },
];

const path = await browserPath();
if (path === undefined) throw new Error("there is no Chromium; CHROMIUM_PATH may name one");
await mkdir(OUT, { recursive: true });
await mkdir(IMAGES, { recursive: true });
const site = await serve(DIST);
const browser = await launch(path);
for (const colorScheme of ["light", "dark"] as const) {
  for (const { name, hash, seen, act } of STATES) {
    const { page, faults, close } = await openPage(browser, site, hash, { colorScheme });
    await page.waitForSelector(seen);
    await act?.(page);
    await page.waitForTimeout(SETTLED);
    const picture = `${name}-${colorScheme}`;
    await page.screenshot({ path: `${OUT}/${picture}.png` });
    if (IN_README.has(picture)) {
      await copyFile(`${OUT}/${picture}.png`, `${IMAGES}/playground-${picture}.png`);
    }
    console.log(`${name}, ${colorScheme}${faults.length === 0 ? "" : `: ${faults.join("; ")}`}`);
    await close();
  }
}
await browser.close();
await site.close();
