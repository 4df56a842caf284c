/** Journeys of those who do without a mouse, without sharp eyes, or with a small screen. */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { inChromium, textOf, waitForText } from "./suite.ts";

async function expectNothingCutOff(page: Page): Promise<void> {
  const [wide, shown] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    innerWidth,
  ]);
  expect(wide).toBeLessThanOrEqual(shown);
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

interface Axe {
  run(
    options: object,
  ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source); // the policy of the page forbids a script element
  return page.evaluate(async (rules) => {
    const found = await (globalThis as unknown as { axe: Axe }).axe.run({ runOnly: rules });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ html, failureSummary }) =>
          `${id}: ${html.slice(0, 160)} ${failureSummary?.slice(0, 200) ?? ""}`,
      ),
    );
  }, RULES);
}

const STATES: readonly (readonly [
  name: string,
  hash: string,
  seen: string,
  keys: readonly string[],
])[] = [
  ["history", "", "canvas[data-map]", []],
  ["a page", "#v1/history/first-fork?step=4&page=child,heap,23&tab=page", "canvas[data-map]", []],
  ["inside", "#v1/history/first-fork?step=2&at=100&tab=calls", ".call.lit", []],
  ["locks", "#v1/history/first-fork?step=2&tab=locks", ".locks", []],
  ["the editor", "", "canvas[data-map]", ["e"]],
  ["all keys", "", "canvas[data-map]", ["?"]],
  ["a comparison", "#v1/history/first-fork?step=2&against=v6.18", ".differs", []],
  ["a process", "#v1/process", "#files", []],
  ["a race", "#v1/race/d01-exec-arguments+everywhere@v1:a85b14", ".columns tbody tr", []],
];

inChromium("everyone", ({ journey }) => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [name, hash, seen, keys] of STATES) {
      journey(
        `16: axe finds nothing: ${name}, ${colorScheme}`,
        hash,
        async (page) => {
          for (const key of keys) await page.keyboard.press(key);
          if (name === "the editor") await page.waitForSelector(".cm-content");
          expect(await violations(page)).toEqual([]);
        },
        { colorScheme, seen },
      );
    }
  }

  journey(
    "16: Tab reaches the header, the steps, the maps, the details and the time line",
    "",
    async (page) => {
      const reached = new Set<string>();
      for (let press = 0; press < 60; press++) {
        await page.keyboard.press("Tab");
        const where = await page.evaluate(() => {
          const { activeElement: here } = document;
          const names = [".top", ".steps", "canvas", ".inspector", ".timeline"];
          return names.find((name) => here?.closest(name) != null) ?? here?.className ?? "";
        });
        reached.add(where);
      }
      expect([...reached]).toEqual(
        expect.arrayContaining(["skip", ".top", ".steps", "canvas", ".inspector", ".timeline"]),
      );
    },
  );

  for (const [name, hash, seen] of STATES.filter(([name]) =>
    ["history", "inside", "a race", "a comparison"].includes(name),
  )) {
    journey(`17: nothing is cut off at 360 px: ${name}`, hash, expectNothingCutOff, {
      viewport: { width: 360, height: 740 },
      seen,
    });

    // A window of 1280 at 200 % is one of 640 with pixels twice as large.
    journey(`17: nothing is cut off at 200 %: ${name}`, hash, expectNothingCutOff, {
      viewport: { width: 640, height: 480 },
      deviceScaleFactor: 2,
      seen,
    });
  }

  journey(
    "17: with reduced motion, nothing moves by itself, and playing goes step by step",
    "#v1/history/first-fork?step=0",
    async (page) => {
      const moving = await page.evaluate(() => document.getAnimations().length);
      expect(moving).toBe(0);
      await page.keyboard.press(" ");
      await waitForText(page, ".position", "1 / 7");
      await page.keyboard.press(" ");
      const at = await textOf(page, ".position");
      await page.waitForTimeout(1300);
      expect(await textOf(page, ".position")).toBe(at);
    },
  );

  journey("17: forced colours keep the maps", "", async (page) => {
    await page.emulateMedia({ forcedColors: "active" });
    expect(await page.locator("canvas[data-map]").first().isVisible()).toBe(true);
  });
});
