/** Journeys with a capture: a real Redis that forked, and what became of it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseStatus } from "@forkpath/procfs";
import { expect } from "vitest";
import { inChromium, textOf } from "./suite.ts";

const REDIS = fileURLToPath(
  new URL("../../../../packages/procfs/test/captures/redis/", import.meta.url),
);
const PRE = join(REDIS, "pre");
const filesOf = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name));

inChromium("your process", ({ journey }) => {
  journey(
    "14: a capture of Redis: the child is as it was recorded, and nothing is sent",
    "#v1/process",
    async (page) => {
      await page.setInputFiles("#files", filesOf(PRE));
      await page.waitForSelector("[data-figure]");
      const { rows } = parseStatus(readFileSync(join(REDIS, "child/status")));
      for (const label of ["RssAnon", "RssFile", "VmSwap", "VmPTE", "VmRSS"]) {
        const shown = await page.getAttribute(`[data-figure="child ${label}"]`, "data-kb");
        expect([label, Number(shown)]).toEqual([label, rows[label]]);
      }
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
      const folder = mkdtempSync(join(tmpdir(), "forkpath-page-"));
      const smaps = readFileSync(join(PRE, "smaps"));
      writeFileSync(join(folder, "status"), readFileSync(join(PRE, "status")));
      writeFileSync(join(folder, "smaps"), smaps.subarray(0, 5000));
      await page.setInputFiles("#files", filesOf(folder));
      await page.waitForSelector(".process .problem");
      expect(await textOf(page, ".process .problem")).toMatch(/^smaps:\d+: wanted /);
      expect(await textOf(page, 'section[aria-label="both sides"]')).toBe(before);
      rmSync(folder, { recursive: true });
    },
    { seen: "#files" },
  );
});
