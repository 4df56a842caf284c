/** Journeys of those who bring what does not fit: links, texts, files that mean nothing here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { expect } from "vitest";
import { inChromium, textOf, waitForText } from "./suite.ts";

const REDIS = fileURLToPath(
  new URL("../../../../packages/procfs/test/captures/redis/", import.meta.url),
);
const own = (text: string): string => `~${deflateRawSync(text).toString("base64url")}`;
const THREADS = `
processes: { p: { mappings: { heap: { size: 4 pages, written: all } } } }
steps: [{ clone: p, as: q }]
threads: { x: [{ write: p heap 0 }], y: [{ fork: q, as: c }] }
`;
/** The call is younger than el6. */
const YOUNG = `
machine: { kernel: v6.18 }
processes: { p: { mappings: { heap: { size: 4 pages, written: all } } } }
steps:
  - mlock2: p heap
  - { fork: p, as: c }
`;
/** What overcommit lets through on v6.18, and refuses on el6. */
const GREEDY = `
machine: { kernel: v6.18, memory: 16M }
processes: { p: { mappings: { heap: { size: 8M, written: all }, spare: { size: 12M } } } }
steps: [{ fork: p, as: c }]
`;

/** Takes many seconds. */
const SLOW = `
machine: { memory: 64G }
processes: { p: { mappings: { heap: { size: 24G, written: all } } } }
steps: [{ fork: p, as: c }]
`;
const NAME = "a_name_that_does_not_end_for_a_long_while_and_then_goes_on_for_some_more";
const LONG = `
processes: { ${NAME}: { mappings: { ${NAME}: { size: 8 pages, written: all } } } }
steps: [{ fork: ${NAME}, as: ${NAME}_child, note: ${NAME} }]
`;

const FIRST = "fork server as child";
const D01 = "#v1/race/d01-exec-arguments+everywhere";

/** What the page says, and what it shows instead. */
const LINKS: readonly (readonly [hash: string, said: string, shown: string])[] = [
  ["#hello", "This is no link of the playground", FIRST],
  ["#v2/history/first-fork", "of version 2", FIRST],
  ["#v1/history/nope?step=2", "no example of the name nope", FIRST],
  ["#v1/history/__proto__", "no example of the name __proto__", FIRST],
  ["#v1/history/~AAAA?step=1", "damaged", FIRST],
  ["#v1/race/~AAAA@v1:a", "damaged", FIRST],
  ["#v1/race/nope@v1:aa", "no litmus of the name nope", "exec's charge"],
  ["#v1/race/exec-charge@v1:ab16", "no litmus of the name exec-charge", "exec's charge"],
  [`${D01}@v1:zz!`, "leads to no schedule: wanted a thread's letter", "exec's charge"],
  [`${D01}@v9:a1`, "leads to no schedule", "exec's charge"],
  ["#v1/race/two-forks+cured@v1:a", "leads to no schedule", "Two threads of one process"],
  ["#v1/history/first-fork?step=2&kernel=v99", "no kernel v99", FIRST],
];

inChromium("strange", ({ journey }) => {
  journey("a link that means nothing here says why, and shows something", "", async (page) => {
    for (const [hash, said, shown] of LINKS) {
      await page.evaluate((to) => {
        location.hash = to;
      }, hash);
      await waitForText(page, ".bad-link", said);
      await waitForText(page, ".caption h2, .race-left h2", shown);
      await page.waitForSelector("canvas[data-map]");
    }
    await page.selectOption("#example", "fork-chain");
    await page.waitForSelector(".bad-link", { state: "detached" }); // it is about something else now
  });

  journey("the way back leads out of a link that means nothing here", "", async (page) => {
    await page.selectOption("#example", "fork-chain");
    await page.waitForFunction(() => location.hash.includes("fork-chain"));
    await page.evaluate(() => {
      location.hash = "#v1/history/nope";
    });
    await page.waitForFunction(() => location.hash.includes("first-fork"));
    await page.goBack();
    await page.waitForFunction(() => location.hash.includes("fork-chain"));
    await waitForText(page, ".steps h2", "A chain of forks");
    await page.goBack();
    await waitForText(page, ".steps h2", "One fork");
    await page.goForward();
    await waitForText(page, ".steps h2", "A chain of forks");
  });

  journey(
    "a replay string as the command line prints it: with its text's identity, in any order",
    "#v1/race/d01-exec-arguments+everywhere+v6.18#0123456789abcdef@v1:ab",
    async (page) => {
      await waitForText(page, ".foot", "here v6.18");
      expect(await page.isChecked('label:has-text("everywhere") input')).toBe(true);
    },
    { seen: ".columns tbody tr" },
  );

  journey(
    "a link to a text that is no history opens the editor, and says what is wrong",
    `#v1/history/${own("steps: [")}`,
    async (page) => {
      expect(await textOf(page, ".stage .problem")).toContain("no history yet: line 1");
      await page.waitForSelector(".cm-content");
      expect(await page.locator(".editor-problems li").count()).toBeGreaterThan(0);
    },
    { seen: ".stage .problem" },
  );

  journey(
    "processes that a link names and the history has not are left out",
    "#v1/history/first-fork?step=2&pair=a,b&page=x,y,z",
    async (page) => {
      expect(await page.inputValue("#process-a")).toBe("server");
      expect(await page.locator(".page-kind").count()).toBe(0);
    },
  );

  journey("threads of a history can be let race", `#v1/history/${own(THREADS)}`, async (page) => {
    await page.click('button:has-text("Let its threads race")');
    await page.waitForSelector(".columns tbody tr");
    await page.click("button.primary");
    await waitForText(page, "[data-verdict]", "schedules fails");
    await page.goBack();
    await page.waitForSelector(".steps");
  });

  journey(
    "a kernel that refuses a step, or the whole history, says so beside the one that does not",
    `#v1/history/${own(YOUNG)}?step=1&against=el6`,
    async (page) => {
      await waitForText(page, 'section[aria-label="process B"]', "p on el6");
      await waitForText(page, '.step[aria-current="step"]', "ENOSYS on el6");
      await waitForText(page, ".tab-body", "success on v6.18, ENOSYS on el6");
      await page.evaluate(
        (to) => {
          location.hash = to;
        },
        `#v1/history/${own(GREEDY)}?step=1&against=el6`,
      );
      await waitForText(page, ".stage .problem", "el6 does not run it: ");
      expect(await page.locator("canvas[data-map]").count()).toBe(4);
      await page.selectOption("#against", "v6.12");
      await waitForText(page, 'section[aria-label="process B"]', "p on v6.12");
      expect(await page.locator(".stage .problem").count()).toBe(0);
    },
  );

  journey("a file that falls onto the page does not lead out of it", "", async (page) => {
    const fall = async (name: string, text: string): Promise<void> => {
      const transfer = await page.evaluateHandle(
        ([file, words]) => {
          const made = new DataTransfer();
          made.items.add(new File([words], file));
          return made;
        },
        [name, text] as const,
      );
      await page.dispatchEvent(".stage, .process", "drop", { dataTransfer: transfer });
    };
    await fall("mine.yaml", THREADS);
    await waitForText(page, ".position", "0 / 3");
    await fall("broken.yaml", "steps: [");
    await page.waitForSelector(".editor-problems");
    await fall("picture.png", "no picture");
    await waitForText(page, ".process .problem", "a file status in it; this has picture.png");
    expect(await textOf(page, ".views [aria-current]")).toBe("Your process");
  });

  journey(
    "of a folder only its own files count, and a broken file is named",
    "#v1/process",
    async (page) => {
      await page.setInputFiles("#folder", REDIS); // each of its folders is a process
      await waitForText(page, ".process .problem", "this has no file");
      await page.setInputFiles("#folder", join(REDIS, "pre"));
      await page.waitForSelector("[data-figure]");
      const file = (name: string, text: string) => ({
        name,
        mimeType: "application/octet-stream",
        buffer: Buffer.from(text),
      });
      const status = readFileSync(join(REDIS, "pre/status"), "utf8");
      await page.setInputFiles("#files", [file("status", "")]);
      await waitForText(page, ".process .problem", "status: wanted the text of a process");
      await page.setInputFiles("#files", [file("status", status), file("pages.bin.gz", "junk")]);
      await waitForText(page, ".process .problem", "pages.bin.gz: wanted packed records");
      expect(await page.locator("[data-figure]").count()).toBeGreaterThan(5); // what was there stays
      await page.setInputFiles("#files", [file("status", status)]);
      await page.waitForSelector(".process .problem", { state: "detached" });
      await waitForText(page, '[aria-label="summary"]', "status alone was read");
    },
    { seen: "#files" },
  );

  journey(
    "a history that takes long is given up for another",
    `#v1/history/${own(SLOW)}`,
    async (page) => {
      await page.waitForTimeout(1200);
      await page.selectOption("#example", "first-fork");
      await waitForText(page, ".steps h2", "One fork");
      await waitForText(page, ".status", "all as expected");
    },
    { seen: ".empty" },
  );

  journey(
    "long names break, and nothing is wider than its place",
    `#v1/history/${own(LONG)}?step=1`,
    async (page) => {
      for (const width of [1400, 360]) {
        await page.setViewportSize({ width, height: 800 });
        const wide = await page.$$eval(".panel *, .step *, .tab-body *, .chart *", (all) =>
          all
            .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1)
            .filter((one) => getComputedStyle(one).display !== "inline")
            .filter(
              (one) =>
                !one.matches("select, canvas, .chart-box, .chart-box *, .chart-table *, .unseen"),
            )
            .map((one) => `${one.tagName} ${one.className}`),
        );
        expect([width, wide]).toEqual([width, []]);
      }
    },
  );
});
