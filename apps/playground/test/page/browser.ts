/** A real Chromium, and pages in it that report whatever goes wrong. */
import { chromiumPath } from "@forkpath/config/chromium";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Site } from "./site.ts";

/** The Chromium inside an npm package; undefined where it does not unpack. */
async function packagedPath(): Promise<string | undefined> {
  try {
    // It brings its libraries along only where it takes the machine for a lambda.
    process.env.AWS_LAMBDA_JS_RUNTIME ??= "nodejs24.x";
    const { default: packaged } = await import("@sparticuz/chromium");
    return await packaged.executablePath();
  } catch {
    return undefined;
  }
}

/** Where a browser is: what the environment says, the system's own, or one out of a package. */
export const browserPath = async (): Promise<string | undefined> =>
  chromiumPath() ?? (await packagedPath());

const ARGS = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--hide-scrollbars",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = (path: string): Promise<Browser> =>
  chromium.launch({ executablePath: path, args: ARGS });

/** A page, and what went wrong in it. */
export interface Watched {
  readonly page: Page;
  readonly faults: string[];
  close(): Promise<void>;
}

/** Opens a page; errors of any sort, and requests to anywhere else, are faults. */
export async function openPage(
  browser: Browser,
  site: Pick<Site, "url">,
  hash = "",
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 880 },
    reducedMotion: "reduce",
    colorScheme: "light",
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`page error: ${error}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  context.on("request", (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && !url.startsWith(site.url)) faults.push(`request: ${url}`);
  });
  await page.goto(`${site.url}${hash}`);
  return { page, faults, close: () => context.close() };
}

/** Waits until the first maps are drawn. */
export const drawn = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>("canvas[data-map]");
    return canvas !== null && canvas.width > 0 && canvas.style.width !== "";
  });
