/** What every file of journeys begins with: one browser, one site, or a printed reason for none. */
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserPath, drawn, launch, openPage } from "./browser.ts";
import { type Site, serve } from "./site.ts";

/** Looked for once: a packed browser takes a second to unpack. */
const path = await browserPath();

const DIST: string = fileURLToPath(new URL("../../dist", import.meta.url));

export interface Suite {
  readonly browser: Browser;
  readonly site: Site;
  /** A journey: opens the page at a link, and fails on whatever goes wrong in it. */
  journey(name: string, hash: string, go: (page: Page) => Promise<void>, how?: How): void;
}

interface How extends BrowserContextOptions {
  /** What there is to see at first; by default a map. */
  readonly seen?: string;
}

/** A browser on a machine with too much to do draws late; a fault of the page comes each time. */
const RETRIES = 2;

/** Describes journeys that run where there is a browser. */
export function inChromium(name: string, add: (suite: Suite) => void): void {
  if (path === undefined) {
    console.log(`${name}: skipped, since there is no Chromium; CHROMIUM_PATH may name one`);
  }
  describe.skipIf(path === undefined)(name, () => {
    const started: { browser?: Browser; site?: Site } = {};
    beforeAll(async () => {
      started.site = await serve(DIST);
      started.browser = await launch(path ?? "");
    });
    afterAll(async () => {
      await started.browser?.close();
      await started.site?.close();
    });
    add({
      get browser() {
        return started.browser as Browser;
      },
      get site() {
        return started.site as Site;
      },
      journey(title, hash, go, { seen, ...options } = {}) {
        test(title, { retry: RETRIES }, async () => {
          const { browser, site } = started as Required<typeof started>;
          const { page, faults, close } = await openPage(browser, site, hash, options);
          try {
            await (seen === undefined ? drawn(page) : page.waitForSelector(seen));
            await go(page);
            expect(faults).toEqual([]);
          } finally {
            await close();
          }
        });
      },
    });
  });
}

/** Text of an element, with white space in one piece. */
export const textOf = async (page: Page, selector: string): Promise<string> =>
  ((await page.textContent(selector)) ?? "").replace(/\s+/g, " ").trim();

/** Waits until the text of an element has `wanted` in it. */
export const waitForText = (page: Page, selector: string, wanted: string): Promise<unknown> =>
  page.waitForFunction(
    ([where, text]) => document.querySelector(where)?.textContent?.includes(text) === true,
    [selector, wanted] as const,
  );

const MOST_TABS = 80;

/** Presses Tab until the focus is there. @throws Error where Tab does not lead there */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let press = 0; press < MOST_TABS; press++) {
    const isThere = await page.evaluate(
      (where) => document.activeElement?.matches(where) === true,
      selector,
    );
    if (isThere) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

/** The counters of a panel, kB, by their names. */
export const countersOf = (page: Page, panel: "A" | "B"): Promise<Record<string, number>> =>
  page.$$eval(`section[aria-label="process ${panel}"] [data-counter]`, (all) =>
    Object.fromEntries(
      all.map((one) => [one.getAttribute("data-counter"), Number(one.getAttribute("data-kb"))]),
    ),
  );

const LOOKS = 40;

/** A digest of what each map shows, once they have come to rest: maps are drawn with the frames. */
export async function pixelsOf(page: Page): Promise<string[]> {
  let before = await digestsOf(page);
  for (let look = 0; look < LOOKS; look++) {
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const now = await digestsOf(page);
    if (now.join() === before.join()) return now;
    before = now;
  }
  throw new Error("the maps do not come to rest");
}

const digestsOf = (page: Page): Promise<string[]> =>
  page.$$eval("canvas[data-map]", (all) =>
    all.map((one) => {
      const { width, height } = one as HTMLCanvasElement;
      const context = (one as HTMLCanvasElement).getContext("2d");
      const { data } = context!.getImageData(0, 0, width, height);
      let sum = 0;
      for (let at = 0; at < data.length; at++) sum = (sum * 31 + data[at]) % 2_147_483_647;
      return `${one.getAttribute("data-map")} ${width}x${height} ${sum}`;
    }),
  );
