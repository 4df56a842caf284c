/** Journeys with a capture: a real Redis that forked, and what became of it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSmaps, parseStatus } from "@forkpath/procfs";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { inChromium, textOf } from "./suite.ts";

const REDIS = fileURLToPath(
  new URL("../../../../packages/procfs/test/captures/redis/", import.meta.url),
);
const PRE = join(REDIS, "pre");
const filesOf = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name));

/** Lets files fall onto the page, as a mouse does. */
async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const files = paths.map((path) => ({
    name: basename(path),
    data: readFileSync(path).toString("base64"),
  }));
  const transfer = await page.evaluateHandle((all) => {
    const made = new DataTransfer();
    for (const { name, data } of all) {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      made.items.add(new File([bytes], name));
    }
    return made;
  }, files);
  await page.dispatchEvent(".drop", "drop", { dataTransfer: transfer });
}

inChromium("your process", ({ journey }) => {
  journey(
    "14: a capture of Redis: the child is as it was recorded, and nothing is sent",
    "#v1/process",
    async (page) => {
      await page.waitForLoadState("networkidle");
      const asked: string[] = [];
      page.context().on("request", (request) => asked.push(request.url()));
      await drop(page, filesOf(PRE));
      await page.waitForSelector("[data-figure]");
      const { rows } = parseStatus(readFileSync(join(REDIS, "child/status")));
      for (const label of ["RssAnon", "RssFile", "VmSwap", "VmPTE", "VmRSS"]) {
        const shown = await page.getAttribute(`[data-figure="child ${label}"]`, "data-kb");
        expect([label, Number(shown)]).toEqual([label, rows[label]]);
      }
      expect(asked).toEqual([]);
      await page.fill("#written", "3");
      expect(await textOf(page, 'section[aria-label="growth"] .position')).toBe("30 %");
    },
    { seen: "#files" },
  );

  journey(
    "15: a smaps that was cut off is told in a sentence, and what was there stays",
    "#v1/process",
    async (page) => {
      await page.setInputFiles("#files", filesOf(PRE));
      await page.waitForSelector("[data-figure]");
      const before = await textOf(page, 'section[aria-label="both sides"]');
      const area = await page.inputValue("#area");
      const folder = mkdtempSync(join(tmpdir(), "forkpath-page-"));
      const smaps = readFileSync(join(PRE, "smaps"));
      writeFileSync(join(folder, "status"), readFileSync(join(PRE, "status")));
      writeFileSync(join(folder, "smaps"), smaps.subarray(0, 5000));
      await page.setInputFiles("#files", filesOf(folder));
      await page.waitForSelector(".process .problem");
      expect(await textOf(page, ".process .problem")).toMatch(/^smaps:\d+: wanted /);
      expect(await textOf(page, 'section[aria-label="both sides"]')).toBe(before);
      expect(await page.inputValue("#area")).toBe(area);
      expect(new URL(page.url()).hash).toBe("#v1/process");
      rmSync(folder, { recursive: true });
    },
    { seen: "#files" },
  );

  journey(
    "any area page by page: as many of each sort as pages.bin has",
    "#v1/process",
    async (page) => {
      await page.setInputFiles("#files", filesOf(PRE));
      await page.waitForSelector(".map-panel canvas");
      const areas = parseSmaps(readFileSync(join(PRE, "smaps")));
      const largest = areas.reduce((a, b) => ((b.rows.Rss ?? 0) > (a.rows.Rss ?? 0) ? b : a));
      expect(await page.inputValue("#area")).toBe(String(largest.start));
      const shown = await page.$$eval("#area option", (all) =>
        all.map((one) => Number((one as HTMLOptionElement).value)),
      );
      expect(shown.length).toBeGreaterThan(10);
      for (const { start, end, rows } of areas.filter((one) => shown.includes(one.start))) {
        await page.selectOption("#area", String(start));
        await page.waitForSelector(`.map-panel canvas[data-start="${start}"]`);
        const words = await textOf(page, ".map-panel .map-words");
        const count = (pattern: RegExp): number =>
          [...words.matchAll(pattern)].reduce(
            (sum, [, n]) => sum + Number(n.replaceAll(",", "")),
            0,
          );
        expect(4 * count(/([\d,]+) [acH]\b/g)).toBe(rows.Rss); // the zero page is nobody's
        expect(count(/([\d,]+) (?:[acHzs]\b|without)/g)).toBe((end - start) / 4096);
      }
      await page.focus(".map-panel canvas");
      await page.keyboard.press("ArrowRight");
      expect(await textOf(page, ".hovered")).toMatch(/^[0-9a-f]+ /);
    },
    { seen: "#files" },
  );
});
