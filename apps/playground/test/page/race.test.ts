/** Journeys through a race: every schedule, one of them, and what a link remembers. */
import { deflateRawSync } from "node:zlib";
import {
  drawWitness,
  kernelDependence,
  kernelForced,
  type Litmus,
  observe,
  type ScenarioState,
  scenarioLitmus,
} from "@forkpath/explore";
import { dpor, exploreProgram } from "@forkpath/interleave";
import { parseScenario } from "@forkpath/scenario";
import { expect } from "vitest";
import { FIRST_LITMUS, FIRST_RACE } from "../../src/store/examples.ts";
import { litmuses } from "../files.ts";
import { inChromium, tabTo, textOf, waitForText } from "./suite.ts";

const [, SCHEDULE] = FIRST_RACE.split("@");
/** Of a user who expects seven pages where reads bring in none. */
const WRONG = `processes: { P: { mappings: { heap: { size: 1 page } } } }
steps: [{ clone: P, as: T }]
threads: { a: { read: P heap }, b: { read: T heap } }
expect: [{ process: P, anonRss: 7 }]`;
const WRONG_RACE = `#v1/race/~${deflateRawSync(WRONG).toString("base64url")}+everywhere`;
const ROWS = { seen: ".columns tbody tr" };

const litmusOf = (): Litmus<ScenarioState> => {
  const { name, text } = litmuses.find((one) => one.name === FIRST_LITMUS)!;
  return scenarioLitmus(name, parseScenario(text, name), { everywhere: true });
};

/** What `forkpath explore` finds. */
function foundText(): string {
  const strategy = dpor({ dependent: kernelDependence, forced: kernelForced });
  const { failures, schedules } = exploreProgram(litmusOf(), strategy);
  return `${failures.reduce((sum, { count }) => sum + count, 0)} of ${schedules} schedules fail`;
}

/** What `forkpath replay` prints of it. */
function replayLines(): readonly string[] {
  const litmus = litmusOf();
  return drawWitness(observe(litmus, SCHEDULE).steps, litmus.threadNames, { width: 400 });
}

inChromium("race", ({ journey }) => {
  journey(
    "10: every schedule of d01 everywhere; mended, none fails",
    FIRST_RACE,
    async (page) => {
      await page.click("button.primary");
      await waitForText(page, "[data-verdict]", foundText());
      await waitForText(page, "[data-replay]", `@${SCHEDULE}`);
      await page.check('label:has-text("mended") input');
      await page.waitForSelector(".columns tbody tr");
      await page.uncheck('label:has-text("everywhere") input');
      await page.waitForSelector(".columns tbody tr");
      await page.click("button.primary");
      await waitForText(page, "[data-verdict]", "none of");
      await waitForText(page, "[data-verdict]", "schedules fails");
      await waitForText(page, ".race-count", "turns are taken only at mm1._anon_rss, mm1.mm");
    },
    ROWS,
  );

  journey(
    "11: the rows of a link are those that the command line prints",
    FIRST_RACE,
    async (page) => {
      const rows = await page.$$eval(".columns tbody tr", (all) =>
        all.map((row) =>
          [...row.querySelectorAll("td")].map((cell) =>
            (cell.textContent ?? "")
              .replace(/^preempts/, "")
              .replace(/\s+/g, " ")
              .trim(),
          ),
        ),
      );
      const flat = rows.map((cells) => cells.join(" ").trim());
      const wanted = replayLines()
        .slice(1)
        .map((line) => line.replace(/\s+/g, " ").trim());
      expect(flat).toEqual(wanted);
      await page.locator("tr.preemption .row-button").first().press("Enter");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowLeft");
      const [head, current] = await page.$$eval(".columns thead, tr.current", (all) =>
        all.map((one) => one.getBoundingClientRect()),
      );
      expect(current.top).toBeGreaterThanOrEqual(head.bottom - 1); // not behind the head
      await page.keyboard.press("0");
      await page.keyboard.press("ArrowRight");
      await waitForText(page, ".position", `2 / ${wanted.length}`);
      const numbers = await page.$$eval(".row-button", (all) => all.map((one) => one.textContent));
      expect(numbers).toEqual(wanted.map((_, index) => String(index + 1)));
      expect(await textOf(page, "tr.current .row-button")).toBe("2");
      await page.waitForSelector('canvas[data-map="server heap"], canvas[data-map]');
      await page.waitForFunction(() => location.hash.includes("row=1"));
    },
    ROWS,
  );

  journey(
    "a litmus on bare counters: chosen, explored, and opened again by its link",
    FIRST_RACE,
    async (page) => {
      await page.selectOption("#litmus", "exec-charge-shipped");
      await waitForText(page, ".race-left h2", "on bare counters");
      await waitForText(page, ".race-bar", "counters only");
      await page.click("button.primary");
      await waitForText(page, "[data-verdict]", "schedules fail");
      await waitForText(page, "[data-replay]", "forkpath replay exec-charge-shipped@v1:");
      expect(await page.locator(".maps-title").count()).toBe(0);
      await page.waitForFunction(() => /exec-charge-shipped@v1:\w+\?row=/.test(location.hash));
      const rows = await page.locator(ROWS.seen).count();
      await page.reload();
      await page.waitForSelector(ROWS.seen);
      expect(await page.locator(ROWS.seen).count()).toBe(rows);
    },
    ROWS,
  );

  journey(
    "where every schedule ends alike, the expectation may be wrong",
    WRONG_RACE,
    async (page) => {
      await page.click("button.primary");
      await waitForText(page, "[data-alike]", "perhaps the expectation is wrong");
    },
    ROWS,
  );

  journey(
    "12: a link about another text says so",
    `${FIRST_RACE}?row=3&t=00000000`,
    async (page) => {
      await waitForText(page, ".race-problem", "another version of the litmus");
      expect(await textOf(page, ".position")).toContain("4 /");
    },
    ROWS,
  );

  journey(
    "13: stopped, nothing arrives later; another litmus begins anew",
    "#v1/race/d01-vfork-exec+everywhere",
    async (page) => {
      await page.click("button.primary");
      await page.waitForSelector("button.stop");
      await waitForText(page, ".race-count", "schedule");
      await page.click("button.stop");
      await page.waitForSelector("button.primary");
      const count = await textOf(page, ".race-count");
      await page.waitForTimeout(500);
      expect(await textOf(page, ".race-count")).toBe(count.replace("…", "; stopped"));
      await page.selectOption("#litmus", "two-forks");
      await page.waitForSelector(".columns tbody tr");
      expect(await textOf(page, ".race-count")).toBe("");
      expect(await page.locator("[data-verdict]").count()).toBe(0);
    },
    ROWS,
  );

  journey(
    "by keyboard alone: choose, explore, an ending, rows, folds, a map, a link",
    "",
    async (page) => {
      await page.keyboard.press("g");
      await page.keyboard.press("r");
      await page.waitForSelector(".columns tbody tr");
      await tabTo(page, "#litmus");
      await page.keyboard.press("e"); // a select goes to the first of that letter
      await page.waitForFunction(() => location.hash.includes("exec-against-thread"));
      await page.waitForSelector(".columns tbody tr");
      await tabTo(page, "button.primary");
      await page.keyboard.press("Enter");
      await waitForText(page, "[data-verdict]", "schedules fails");
      const isAtEnd = (): boolean => {
        const [at, of] = document.querySelector(".position")?.textContent?.split(" / ") ?? [];
        return at !== undefined && at === of;
      };
      await page.waitForFunction(isAtEnd);
      await page.keyboard.press("0");
      await waitForText(page, ".position", "1 / ");
      await tabTo(page, ".ending.good");
      await page.keyboard.press("Enter");
      await page.waitForFunction(isAtEnd);
      await page.keyboard.press("0");
      await waitForText(page, ".position", "1 / ");
      await tabTo(page, "button.fold");
      await page.keyboard.press("Enter");
      await page.waitForSelector('button.fold[aria-expanded="true"] + .folded li');
      await page.keyboard.press("Enter");
      await page.waitForSelector(".folded", { state: "detached" });
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("o");
      await page.waitForSelector("tr.current .folded li");
      await tabTo(page, ".race-right canvas");
      await page.keyboard.press("ArrowRight");
      expect(await textOf(page, "[data-said]")).toMatch(/ 1, /);
      await page.keyboard.press("$");
      await page.waitForFunction(() => /row=\d+/.test(location.hash));
      await page.keyboard.press("s");
      await waitForText(page, "[data-said]", "link");
    },
  );
});
