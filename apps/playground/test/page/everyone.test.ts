/** Journeys of those who do without a mouse, without sharp eyes, or with a small screen. */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { FIRST_RACE } from "../../src/store/examples.ts";
import { STATES } from "./states.ts";
import { inChromium, pixelsOf, textOf, waitForText } from "./suite.ts";

/** CSS pixels: a small phone; and a window of 1280 at 200 %. */
const NARROW = [
  { width: 360, height: 740 },
  { width: 640, height: 480 },
];

/** What sticks out of the page; boxes that scroll by themselves may be wider inside. */
async function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isCut = (one: Element): boolean => {
      if (one.closest(".unseen, pre, .cm-scroller, .chart, .columns-scroll") !== null) return false;
      const { right, width } = one.getBoundingClientRect();
      return width > 0 && right > innerWidth + 1;
    };
    const wide = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
    return [...wide, ...[...document.querySelectorAll("body *")].filter(isCut).map(nameOf)];

    function nameOf({ tagName, className, textContent }: Element): string {
      return `${tagName} ${String(className)} ${textContent?.slice(0, 40) ?? ""}`;
    }
  });
}

/** Controls that Tab comes to before one that stands above them, or to their left in one line. */
const outOfOrder = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll(".history > *, .slider-row > :is(button, input)")];
    const boxes = all.map((one) => ({ one, box: one.getBoundingClientRect() }));
    return boxes.flatMap(({ one, box }, at) => {
      const later = boxes
        .slice(at + 1)
        .filter((next) => next.one.parentElement === one.parentElement);
      return later
        .filter(
          ({ box: next }) =>
            next.bottom <= box.top + 1 || (next.right <= box.left + 1 && next.top < box.bottom - 1),
        )
        .map(
          (next) =>
            `${next.one.className || next.one.ariaLabel} before ${one.className || one.ariaLabel}`,
        );
    });
  });

/** What is told from what by more than words, in every state that has both. */
const TOLD_APART: readonly (readonly [string, string])[] = [
  [".step[aria-current]", ".step:not([aria-current])"],
  [".tabs [aria-selected=true]", ".tabs [aria-selected=false]"],
  [".views [aria-current]", ".views button:not([aria-current])"],
  ["tr.current td", "tr:not(.current, .preemption) td"],
  [".call.lit", ".call:not(.lit)"],
  [".bit.lit", ".bit:not(.lit)"],
  [".growth .now", ".growth li:not(.now)"],
  [".legend .cell-r", ".legend .cell-f"],
  [".chart-legend .line-a", ".chart-legend .line-b"],
];

/** Pairs that look the same, though only one of them is chosen, open, or of that sort. */
const lookingAlike = (page: Page): Promise<string[]> =>
  page.evaluate((pairs) => {
    const lookOf = (selector: string): string | null => {
      const one = document.querySelector(selector);
      if (one === null) return null;
      const { backgroundColor: ground, ...style } = getComputedStyle(one);
      const paper = getComputedStyle(document.body).backgroundColor;
      const isPaper = ground === paper || ground.endsWith(", 0)");
      const edges = (["Left", "Top", "Bottom"] as const).map((side) =>
        style[`border${side}Width`] === "0px" ? "" : style[`border${side}Color`],
      );
      return [isPaper ? "" : ground, ...edges].join();
    };
    return pairs.flatMap(([one, other]) => {
      const looks = [lookOf(one), lookOf(other)];
      return looks.includes(null) || looks[0] !== looks[1] ? [] : [`${one} like ${other}`];
    });
  }, TOLD_APART);

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What a theme changes. */
const COLOURS = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

interface Axe {
  run(
    options: object,
  ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
}

/** @param runOnly names of rules, or of sets of them */
async function violations(page: Page, runOnly: object): Promise<string[]> {
  await page.evaluate(axe.source); // the policy of the page forbids a script element
  return page.evaluate(async (rules) => {
    const found = await (globalThis as unknown as { axe: Axe }).axe.run({ runOnly: rules });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ html, failureSummary }) =>
          `${id}: ${html.slice(0, 160)} ${failureSummary?.slice(0, 200) ?? ""}`,
      ),
    );
  }, runOnly);
}

/** Places that the focus has to come to. */
const WALKS: readonly (readonly [
  name: string,
  hash: string,
  seen: string,
  places: readonly string[],
])[] = [
  ["history", "", "canvas[data-map]", [".top", ".steps", "canvas", ".inspector", ".timeline"]],
  [
    "a race",
    FIRST_RACE,
    ".race-right canvas",
    [".top", ".race-bar", ".race-left", ".columns", "canvas"],
  ],
  ["your process", "#v1/process", "#files", [".top", ".drop", ".foot"]],
];

/** Where the focus is, and whether a line is around it. */
function focusNow(places: readonly string[]): { where: string; isSeen: boolean; what: string } {
  const { activeElement: here, body } = document;
  if (here === null || here === body) return { where: "", isSeen: true, what: "nothing" };
  // What chooses files lies unseen in its label.
  const shown = here.matches(".unseen-file") ? here.closest("label") : here;
  const { outlineStyle, outlineWidth } = getComputedStyle(shown ?? here);
  return {
    where: places.find((name) => here.closest(name) !== null) ?? here.className,
    isSeen: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1,
    what: `${here.tagName} ${here.className}`,
  };
}

inChromium("everyone", ({ journey }) => {
  for (const { name, hash, seen, act } of STATES) {
    journey(
      `16, 17: nothing is out of reach, cut off, or hidden: ${name}`,
      hash,
      async (page) => {
        await act?.(page);
        expect(await violations(page, RULES)).toEqual([]);
        await page.emulateMedia({ colorScheme: "dark" });
        await page.waitForSelector('[data-theme="dark"]');
        expect(await violations(page, COLOURS)).toEqual([]);
        await page.emulateMedia({ forcedColors: "active" });
        expect(await lookingAlike(page)).toEqual([]);
        await page.emulateMedia({ forcedColors: "none" });
        for (const size of NARROW) {
          await page.setViewportSize(size);
          await pixelsOf(page); // maps are drawn anew
          expect([size.width, await cutOff(page)]).toEqual([size.width, []]);
          expect([size.width, await outOfOrder(page)]).toEqual([size.width, []]);
        }
      },
      { seen },
    );
  }

  for (const [name, hash, seen, places] of WALKS) {
    journey(
      `16: Tab reaches everything in turn, and is seen wherever it is: ${name}`,
      hash,
      async (page) => {
        const reached = new Set<string>();
        for (let press = 0; press < 60; press++) {
          await page.keyboard.press("Tab");
          const { where, isSeen, what } = await page.evaluate(focusNow, places);
          reached.add(where);
          expect([what, isSeen]).toEqual([what, true]);
        }
        expect([...reached]).toEqual(expect.arrayContaining(["skip", ...places]));
      },
      { seen },
    );
  }

  journey(
    "16: in a narrow window Tab goes from above to below; what has the focus keeps it",
    "",
    async (page) => {
      await page.focus("#main canvas");
      for (const [width, places] of [
        [800, ["canvas", ".timeline", ".steps", ".inspector"]],
        [1400, ["canvas", ".inspector", ".timeline"]],
      ] as const) {
        await page.setViewportSize({ width, height: 700 });
        await pixelsOf(page);
        const reached: string[] = [];
        for (let press = 0; press < 60; press++) {
          const { where } = await page.evaluate(focusNow, places);
          if (reached.length === 0) expect([width, where]).toEqual([width, "canvas"]);
          if ((places as readonly string[]).includes(where) && !reached.includes(where))
            reached.push(where);
          await page.keyboard.press("Tab");
        }
        expect([width, reached]).toEqual([width, places]);
        await page.focus("#main canvas");
      }
    },
  );

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
});
