/** Journeys through a history: forward and back, into a step, to a page, and to another text. */
import { openSession, parseScenario } from "@forkpath/scenario";
import { expect } from "vitest";
import { examples } from "../files.ts";
import { PLACES } from "../places.ts";
import { countersOf, inChromium, pixelsOf, tabTo, textOf, waitForText } from "./suite.ts";

const FIRST = examples.find(({ name }) => name === "first-fork")!.text;

/** kB of a process after each step, as the kernel says it. */
function rssByStep(name: string): (number | null)[] {
  const session = openSession(parseScenario(FIRST, "first-fork.yaml"));
  const look = (): number | null => {
    const found = session.names().find((one) => one.name === name);
    if (found === undefined || found.state === "gone") return null;
    return Number(session.kernel.process(found.pid).memory?.status.vmRSS ?? null) || null;
  };
  const seen = [look()];
  while (session.next() !== undefined) seen.push(look());
  return seen;
}

inChromium("history", ({ journey }) => {
  journey("1: without a hash: the first fork, at the fork, all as expected", "", async (page) => {
    expect(await textOf(page, ".caption h2")).toBe("fork server as child");
    expect(await page.locator("canvas[data-map]").count()).toBe(12);
    expect(await textOf(page, ".status")).toContain("all as expected");
  });

  journey(
    "2: to the end and back by keys: numbers as the kernel's, and the same again",
    "",
    async (page) => {
      const wanted = rssByStep("server");
      await page.keyboard.press("0");
      await waitForText(page, ".position", "0 / 7");
      const shown: string[] = [];
      for (let step = 0; step <= 7; step++) {
        await waitForText(page, ".position", `${step} / 7`);
        expect((await countersOf(page, "A")).VmRSS).toBe(wanted[step]);
        shown.push((await pixelsOf(page)).join("\n"));
        await page.keyboard.press("ArrowRight");
      }
      for (let step = 6; step >= 0; step--) {
        await page.keyboard.press("ArrowLeft");
        await waitForText(page, ".position", `${step} / 7`);
        expect((await pixelsOf(page)).join("\n")).toBe(shown[step]);
      }
    },
  );

  journey("steps that are asked for while a text is being run are not lost", "", async (page) => {
    await page.evaluate(() => {
      const example = document.querySelector<HTMLSelectElement>("#example")!;
      example.value = "redis-snapshot";
      example.dispatchEvent(new Event("change", { bubbles: true }));
      const forward = document.querySelector<HTMLElement>('[aria-label="step forward"]')!;
      for (let press = 0; press < 3; press++) forward.click();
    });
    await page.waitForFunction(() => location.hash.includes("redis-snapshot"));
    await waitForText(page, ".position", "3 / ");
  });

  journey("what stands on top is one line, or its end goes below as a whole", "", async (page) => {
    await waitForText(page, ".status", "all as expected");
    const tops = (selector: string): Promise<number[]> =>
      page.$$eval(selector, (all) => all.map((one) => one.getBoundingClientRect().top));
    for (const [width, lines] of [
      [1400, 1],
      [1300, 1],
      [1250, 1],
      [1150, 2],
    ]) {
      await page.setViewportSize({ width, height: 800 });
      const [brand, end] = await tops(".brand, .top-end");
      const buttons = await tops(".top-end button");
      expect([width, new Set(buttons).size, end > brand + 20 ? 2 : 1]).toEqual([width, 1, lines]);
    }
  });

  journey("3: the slider and the chart go to a step, everywhere", "", async (page) => {
    await page.fill('input[aria-label="step"]', "4");
    await waitForText(page, ".caption h2", "write server heap 16..19");
    expect(await textOf(page, '.step[aria-current="step"]')).toContain("write server heap 16..19");
    const box = await page.locator(".u-over").boundingBox();
    await page.mouse.click(box!.x + (box!.width * 6) / 7, box!.y + 20);
    await waitForText(page, ".caption h2", "wait server");
    await page.waitForFunction(() => location.hash.includes("step=6"));
  });

  journey(
    "4: half-way through a fork: the child is being made, open functions are lit",
    "#v1/history/redis-snapshot?step=2",
    async (page) => {
      const whole = await pixelsOf(page);
      await page.keyboard.press("i");
      await page.waitForSelector("#inside");
      const total = Number(await page.getAttribute("#inside", "max"));
      expect(total).toBeGreaterThan(16_384);
      await page.fill("#inside", String(Math.floor(total / 2)));
      await waitForText(page, 'section[aria-label="process B"]', "being made");
      const pages = (text: string | undefined, word: RegExp): number =>
        Number((word.exec(text ?? "")?.[1] ?? "0").replaceAll(",", ""));
      const copiedOrNot = async (): Promise<number> => {
        const [parent, child] = await page.$$eval("canvas[data-map]", (all) =>
          all.map((one) => one.getAttribute("aria-label") ?? ""),
        );
        return pages(parent, /([\d,]+) W/) + pages(child, /([\d,]+) r shared/);
      };
      await expect.poll(copiedOrNot, { timeout: 20_000 }).toBe(16_384);
      await page.click("#tab-calls");
      expect(
        await page.$$eval(".call.lit code", (all) => all.map((one) => one.textContent)),
      ).toEqual([
        "do_fork",
        "copy_process",
        "copy_mm",
        "dup_mm",
        "dup_mmap",
        "copy_page_range",
        "copy_pud_range",
        "copy_pmd_range",
        "copy_pte_range",
      ]);
      await page.keyboard.press("i");
      await page.waitForSelector("#inside", { state: "detached" });
      expect(await pixelsOf(page)).toEqual(whole);
    },
  );

  journey(
    "5: inside, back and forward again: the same point is the same picture",
    "#v1/history/first-fork?step=2&at=120",
    async (page) => {
      await waitForText(page, ".caption-note", "120 of");
      const before = await pixelsOf(page);
      await page.fill("#inside", "1");
      await waitForText(page, ".caption-note", "1 of");
      expect(await pixelsOf(page)).not.toEqual(before);
      await page.fill("#inside", "120");
      await waitForText(page, ".caption-note", "120 of");
      expect(await pixelsOf(page)).toEqual(before);
    },
  );

  journey(
    "6: arrows and Enter in a map pin a page, and its frame is marked in the other map",
    "",
    async (page) => {
      await page.focus('canvas[data-map="child heap"]');
      await page.keyboard.press("Home");
      for (let press = 0; press < 20; press++) await page.keyboard.press("ArrowRight");
      await waitForText(page, "[data-said]", "child heap 20, r, anonymous, read-only, frame");
      await page.keyboard.press("Enter");
      expect(await page.getAttribute("#tab-page", "aria-selected")).toBe("true");
      const tab = await textOf(page, ".tab-body");
      expect(tab).toContain("child heap 20");
      expect(tab).toContain("2 entries (mapcount)");
      expect(tab).toContain("server heap 20");
      const there = page.locator('.map:has(canvas[data-map="server heap"]) .mark-there');
      expect(await there.isVisible()).toBe(true);
      await page.keyboard.press("Escape");
      await page.waitForFunction(() => !location.hash.includes("page="));
    },
  );

  journey("7: a broken text says where, and the maps stay; mended, it runs", "", async (page) => {
    await page.keyboard.press("e");
    await page.waitForSelector(".cm-content");
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("tittle: wrong\n");
    await page.waitForSelector(".editor-problems");
    const problem = await textOf(page, ".editor-problems");
    expect(problem).toContain("line 1");
    const wanted = (() => {
      try {
        parseScenario(`tittle: wrong\n${FIRST}`, "first-fork.yaml");
      } catch (error) {
        return (error as { problems: { message: string }[] }).problems[0].message;
      }
      return "";
    })();
    expect(problem).toContain(wanted);
    expect(await page.locator("canvas[data-map]").count()).toBe(12);
    for (let press = 0; press < 20; press++) await page.keyboard.press("Control+z");
    await page.waitForSelector(".editor-problems", { state: "detached" });
    await waitForText(page, ".status", "all as expected");
  });

  journey(
    "8: completion offers what the schema knows, at fourteen places",
    "#v1/history/fork-chain",
    async (page) => {
      await page.keyboard.press("e");
      await page.waitForSelector(".cm-content");
      for (const [name, drawn, wanted] of PLACES) {
        const [before, behind] = drawn.split("|");
        await page.keyboard.press("Control+a");
        await page.keyboard.insertText(before + behind);
        for (let left = 0; left < behind.length; left++) await page.keyboard.press("ArrowLeft");
        await page.keyboard.press("Control+Space");
        await page.waitForSelector(".cm-tooltip-autocomplete li");
        const typed = /[\w-]*$/.exec(before)?.[0] ?? "";
        const offered = await page.$$eval(".cm-tooltip-autocomplete .cm-completionLabel", (all) =>
          all.map((one) => one.textContent),
        );
        const fitting = wanted.filter((word) => word.startsWith(typed));
        expect([name, offered]).toEqual([name, expect.arrayContaining(fitting)]);
        await page.keyboard.press("Escape");
        await page.waitForSelector(".cm-tooltip-autocomplete", { state: "detached" });
      }
    },
  );

  journey(
    "a map as a table: runs of pages that are alike",
    "#v1/history/first-fork?step=4",
    async (page) => {
      const heap = page.locator('section[aria-label="process B"] .area', { hasText: "heap" });
      await heap.getByRole("button", { name: "Table of heap" }).press("Enter");
      const rows = await heap.locator(".runs tbody tr").allTextContents();
      expect(rows[0]).toContain("0–7s, swapped out");
      expect(rows[1]).toContain("8–15W, anonymous, writable");
      expect(rows.at(-1)).toBe("40–47no page");
    },
  );

  journey(
    "9: a shared link opens the same text, step, pair and page",
    "#v1/history/first-fork?step=3&pair=child,server&page=child,heap,9&tab=page",
    async (page) => {
      await page.keyboard.press("e");
      await page.waitForSelector(".cm-content");
      await page.keyboard.press("Control+Home");
      await page.keyboard.type("# mine\n");
      await page.waitForFunction(() => location.hash.includes("~"));
      await page.waitForTimeout(600);
      const hash = new URL(page.url()).hash;
      const other = await page.context().browser()!.newPage();
      await other.goto(page.url());
      await other.waitForSelector("canvas[data-map]");
      await waitForText(other, ".tab-body", "child heap 9");
      expect(await textOf(other, ".position")).toBe("3 / 7");
      expect(await other.inputValue("#process-a")).toBe("child");
      expect(new URL(other.url()).hash).toBe(hash);
      await other.keyboard.press("e");
      await other.waitForSelector(".cm-content");
      expect(await textOf(other, ".cm-content")).toContain("# mine");
      await other.close();
    },
  );

  journey(
    "a comparison marks what differs",
    "#v1/history/first-fork?step=2&against=v6.18&pair=child,server",
    async (page) => {
      await page.waitForSelector(".differs");
      expect(await countersOf(page, "A")).toMatchObject({ VmRSS: 164 });
      expect(await countersOf(page, "B")).toMatchObject({ VmRSS: 172 });
      expect(await textOf(page, 'section[aria-label="process B"]')).toContain("child on v6.18");
    },
  );

  journey(
    "a link of a later version says so, and shows the first example",
    "#v99/history/x",
    async (page) => {
      expect(await textOf(page, ".bad-link")).toContain("version 99");
      expect(await textOf(page, ".caption h2")).toBe("fork server as child");
    },
  );

  journey("18: without a network after loading, another example runs", "", async (page) => {
    await page.waitForFunction(() => performance.getEntriesByName("forkpath: fetched").length > 0);
    await page.waitForSelector(".u-over");
    await page.waitForLoadState("networkidle");
    await page.context().setOffline(true);
    await page.selectOption("#example", "fork-chain");
    await waitForText(page, ".steps h2", "fork");
    await page.waitForFunction(() => location.hash.includes("fork-chain"));
  });

  journey(
    "by keyboard alone: an example, a kernel, a pair, a page, a table, inside, tabs, the editor",
    "",
    async (page) => {
      const { keyboard } = page;
      await tabTo(page, "#example");
      await keyboard.press("e"); // a select goes to the first of that letter
      await page.waitForFunction(() => location.hash.includes("exec-maxrss"));
      await tabTo(page, "#kernel");
      await keyboard.press("r");
      await page.waitForFunction(() => location.hash.includes("rhel7"));
      await tabTo(page, ".step"); // in a select, letters choose
      await keyboard.press("l");
      await waitForText(page, ".caption h2", "fork");
      await keyboard.press("a");
      await page.waitForFunction(() => document.activeElement?.id === "process-a");
      await tabTo(page, "canvas[data-map]");
      await keyboard.press("ArrowRight");
      await keyboard.press("Enter");
      await waitForText(page, ".tab-body", " 1");
      await tabTo(page, ".table-button");
      await keyboard.press("Enter");
      await page.waitForSelector(".runs");
      await keyboard.press("Enter");
      await page.waitForSelector(".runs", { state: "detached" });
      await keyboard.press("2");
      await page.waitForSelector(".calls");
      await keyboard.press("i");
      await page.waitForSelector("#inside");
      await keyboard.press("ArrowRight");
      await waitForText(page, ".inside-row .position", "1 /");
      await keyboard.press("Shift+ArrowRight");
      await keyboard.press("Escape");
      await keyboard.press("Escape");
      await page.waitForSelector("#inside", { state: "detached" });
      await keyboard.press("e");
      await page.waitForSelector(".cm-content");
      await keyboard.press("Escape");
      await page.waitForSelector(".cm-content", { state: "detached" });
      await keyboard.press("?");
      await page.waitForSelector(".help");
      await keyboard.press("Escape");
      await page.waitForSelector(".help", { state: "detached" });
    },
  );
});
