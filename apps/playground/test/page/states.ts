/** The states that the page can be in, for whatever has to hold in all of them. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { FIRST_RACE } from "../../src/store/examples.ts";
import { waitForText } from "./suite.ts";

const REDIS = fileURLToPath(
  new URL("../../../../packages/procfs/test/captures/redis/pre/", import.meta.url),
);

export interface State {
  readonly name: string;
  readonly hash: string;
  /** What there is to see at first. */
  readonly seen: string;
  /** Brings the page there. */
  act?(page: Page): Promise<void>;
}

const MAP = "canvas[data-map]";

/** Opens the editor, by its key. */
async function edit(page: Page): Promise<void> {
  await page.keyboard.press("e");
  await page.waitForSelector(".cm-content");
}

export const STATES: readonly State[] = [
  { name: "history", hash: "", seen: MAP },
  {
    name: "a page",
    hash: "#v1/history/first-fork?step=4&page=child,heap,23&tab=page",
    seen: MAP,
  },
  { name: "inside", hash: "#v1/history/first-fork?step=2&at=100&tab=calls", seen: ".call.lit" },
  { name: "locks", hash: "#v1/history/first-fork?step=2&tab=locks", seen: ".locks" },
  { name: "the editor", hash: "", seen: MAP, act: edit },
  {
    name: "a text with a problem",
    hash: "",
    seen: MAP,
    async act(page) {
      await edit(page);
      await page.keyboard.press("Control+Home");
      await page.keyboard.insertText(
        "a_word_that_is_no_key_and_does_not_end_for_a_long_while: 1\n",
      );
      await page.waitForSelector(".editor-problems");
    },
  },
  {
    name: "all keys",
    hash: "",
    seen: MAP,
    async act(page) {
      await page.keyboard.press("?");
      await page.waitForSelector(".help");
    },
  },
  { name: "a bad link", hash: "#v9/history/nowhere", seen: ".bad-link" },
  {
    name: "a comparison",
    hash: "#v1/history/first-fork?step=2&against=v6.18",
    seen: ".differs",
  },
  { name: "no process", hash: "#v1/process", seen: "#files" },
  {
    name: "a process",
    hash: "#v1/process",
    seen: "#files",
    async act(page) {
      await page.setInputFiles(
        "#files",
        readdirSync(REDIS).map((name) => join(REDIS, name)),
      );
      await page.waitForSelector(".map-panel canvas");
    },
  },
  {
    name: "a race",
    hash: FIRST_RACE,
    seen: ".race-right canvas",
    async act(page) {
      await page.click("button.primary");
      await waitForText(page, "[data-verdict]", "schedules fail");
      await page.waitForSelector("button.primary");
    },
  },
];
