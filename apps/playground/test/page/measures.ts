/** What the page costs, beside what it may: sizes of the built folder, and times in a browser. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync, gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { FIRST_RACE } from "../../src/store/examples.ts";
import { drawn, openPage, type Watched } from "./browser.ts";
import type { Site } from "./site.ts";

/** One figure. Sizes are the same everywhere; times are of this machine and this moment. */
export interface Measure {
  readonly what: string;
  readonly is: number;
  /** At most, or for rates at least. */
  readonly budget: number;
  readonly unit: "kB" | "ms" | "MB" | "a second";
}

export const isWithin = ({ is, budget, unit }: Measure): boolean =>
  unit === "a second" ? is >= budget : is <= budget;

const ASSETS = fileURLToPath(new URL("../../dist/assets", import.meta.url));
const KB = 1000;
const MB = 1_000_000;

/** Packed size of the scripts or styles whose names begin so. */
const packed = (begin: string, end: string): number =>
  readdirSync(ASSETS)
    .filter((file) => file.startsWith(begin) && file.endsWith(end))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(ASSETS, file))).length / KB, 0);

export const sizes = (): Measure[] => [
  { what: "page, packed", is: packed("index", ".js"), budget: 45, unit: "kB" },
  { what: "worker, packed", is: packed("main", ".js"), budget: 180, unit: "kB" },
  {
    what: "editor, packed, fetched when idle",
    is: packed("editor", ".js"),
    budget: 150,
    unit: "kB",
  },
  { what: "styles, packed", is: packed("", ".css"), budget: 8, unit: "kB" },
];

/** How a figure of time is taken: on a page of its own. */
interface Timing {
  readonly what: string;
  readonly hash: string;
  readonly budget: number;
  readonly unit: Measure["unit"];
  /** What there is to see at first; by default a map. */
  readonly seen?: string;
  /** @param opened milliseconds until it was seen */
  take(page: Page, opened: number): Promise<number> | number;
}

const opening = (what: string, hash: string, budget: number): Timing => ({
  what,
  hash,
  budget,
  unit: "ms",
  take: (_, opened) => opened,
});

const LARGE = "processes: { p: { mappings: { heap: { size: 4G, written: all } } } }";
const FOUR_GIB = `machine: { memory: 16G }\n${LARGE}\nsteps: [{ fork: p, as: c }]\n`;
const FOUR_GIB_HASH = `#v1/history/~${deflateRawSync(FOUR_GIB).toString("base64url")}?step=1`;
const INSIDE = "#v1/history/redis-snapshot?step=2&at=4000&tab=calls";
const REDIS = "#v1/history/redis-snapshot?step=1";

/** Those that take a second or two each. */
export const TIMINGS: readonly Timing[] = [
  {
    what: "first contentful paint",
    hash: "",
    budget: 300,
    unit: "ms",
    take: (page) =>
      page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime),
  },
  opening("maps drawn: first-fork", "#v1/history/first-fork?step=1", 600),
  opening("maps drawn: redis-snapshot", REDIS, 800),
  opening("maps drawn: prefork-server", "#v1/history/prefork-server?step=1", 1200),
  {
    what: "scrubbing 2 × 16,384 pages, script a frame",
    hash: REDIS,
    budget: 6,
    unit: "ms",
    take: (page) => scrub(page),
  },
  {
    what: "hovering over 16,384 pages, script an event",
    hash: REDIS,
    budget: 4,
    unit: "ms",
    take: (page) => hover(page),
  },
  {
    what: "inside a step, states forward",
    hash: INSIDE,
    seen: ".call.lit",
    budget: 60,
    unit: "a second",
    take: (page) => walk(page, 1),
  },
  {
    what: "inside a step, states backward",
    hash: INSIDE,
    seen: ".call.lit",
    budget: 30,
    unit: "a second",
    take: (page) => walk(page, -1),
  },
  {
    what: "race d01 everywhere: explored and explained",
    hash: FIRST_RACE,
    seen: ".race-right canvas",
    budget: 1000,
    unit: "ms",
    async take(page) {
      await page.waitForLoadState("networkidle");
      const began = performance.now();
      await page.click("button.primary");
      await page.waitForSelector("h3:has-text('Shortest schedule that fails')");
      return performance.now() - began;
    },
  },
];

/** Those that take longer than a gate should. */
export const LONG_TIMINGS: readonly Timing[] = [
  opening("4 GiB: opened, forked and drawn", FOUR_GIB_HASH, 3000),
  {
    what: "4 GiB: the page is blocked for at most",
    hash: FOUR_GIB_HASH,
    budget: 50,
    unit: "ms",
    take: (page) => longestTask(page),
  },
  {
    what: "heap of the page after 100 edits",
    hash: "",
    budget: 400,
    unit: "MB",
    take: (page) => afterEdits(page, 100),
  },
];

/** @throws Error for whatever goes wrong in the page */
export async function timed(browser: Browser, site: Site, timing: Timing): Promise<Measure> {
  const { what, hash, budget, unit, seen } = timing;
  const began = performance.now();
  const opened: Watched = await openPage(browser, site, hash);
  const { page, faults, close } = opened;
  try {
    await (seen === undefined ? drawn(page) : page.waitForSelector(seen));
    const is = await timing.take(page, performance.now() - began);
    if (faults.length > 0) throw new Error(faults.join("; "));
    return { what, is, budget, unit };
  } finally {
    await close();
  }
}

/** Milliseconds of script for each of thirty moves of the slider, a frame each. */
const scrub = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const slider = document.querySelector<HTMLInputElement>('input[aria-label="step"]')!;
    const rounds = 30;
    let script = 0;
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      slider.value = String(round % (Number(slider.max) + 1));
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      await Promise.resolve();
      script += performance.now() - began;
      await new Promise((done) => requestAnimationFrame(done));
    }
    return script / rounds;
  });

const hover = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const map = document.querySelector<HTMLCanvasElement>("canvas[data-map]")!;
    const box = map.getBoundingClientRect();
    const rounds = 30;
    let script = 0;
    for (let round = 0; round < rounds; round++) {
      const clientX = box.left + (box.width * round) / rounds;
      const clientY = box.top + (box.height * round) / rounds;
      const began = performance.now();
      map.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY, bubbles: true }));
      script += performance.now() - began;
      await new Promise((done) => requestAnimationFrame(done));
    }
    return script / rounds;
  });

/** States of the inside of a step that are shown in a second, one point after the other. */
const walk = (page: Page, by: number): Promise<number> =>
  page.evaluate(async (stride) => {
    const slider = document.querySelector<HTMLInputElement>("#inside")!;
    const position = document.querySelector(".inside-row .position")!;
    const rounds = 20;
    const began = performance.now();
    for (let round = 0; round < rounds; round++) {
      const before = position.textContent;
      slider.value = String(Number(slider.value) + stride);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      while (position.textContent === before) {
        await new Promise((done) => {
          const channel = new MessageChannel();
          channel.port1.onmessage = done;
          channel.port2.postMessage(null);
        });
      }
    }
    return (1000 * rounds) / (performance.now() - began);
  }, by);

/** What a trace of the browser says of one task. */
interface Traced {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name?: string };
  /** Microseconds of a processor; others may have it in between. */
  readonly tdur?: number;
}

/**
 * Milliseconds that the longest task of the page's thread takes of a processor, from a fresh load
 * until the maps are drawn: what the page does, however much else the machine has to do.
 */
async function longestTask(page: Page): Promise<number> {
  const client = await page.context().newCDPSession(page);
  const events: Traced[] = [];
  client.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as Traced[])));
  await client.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel", "devtools.timeline"] },
  });
  await page.reload();
  await drawn(page);
  await page.waitForLoadState("networkidle");
  const complete = new Promise((done) => client.once("Tracing.tracingComplete", done));
  await client.send("Tracing.end");
  await complete;
  const threads = new Set(events.filter(isThreadOfPage).map(({ pid, tid }) => `${pid} ${tid}`));
  const tasks = events.filter(
    ({ name, pid, tid }) => name.endsWith("RunTask") && threads.has(`${pid} ${tid}`),
  );
  if (tasks.length === 0) throw new Error("the trace has no task of the page");
  return tasks.reduce((most, { tdur }) => Math.max(most, (tdur ?? 0) / US_PER_MS), 0);
}

const US_PER_MS = 1000;
const isThreadOfPage = ({ name, args }: Traced): boolean =>
  name === "thread_name" && args.name === "CrRendererMain";

/** The text is run after each. */
async function afterEdits(page: Page, edits: number): Promise<number> {
  await page.keyboard.press("e");
  await page.waitForSelector(".cm-content");
  await page.keyboard.press("Control+Home");
  for (let edit = 0; edit < edits; edit++) {
    await page.keyboard.insertText(`# ${edit}\n`);
    await page.waitForTimeout(400);
  }
  const client = await page.context().newCDPSession(page);
  await client.send("HeapProfiler.collectGarbage");
  const { usedSize } = await client.send("Runtime.getHeapUsage");
  return usedSize / MB;
}
