/**
 * Further histories of a running 6.18.44, recorded as the public ones were: each found something.
 * What other tasks of the machine change is left out: accessed bits, and what was promised in all.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { History } from "@forkpath/recordings";
import { expect, test } from "vitest";
import { runHistory } from "../src/index.ts";

const packed = readFileSync(new URL("data/more-v6.18.jsonl.gz", import.meta.url));
const lines = gunzipSync(packed).toString("utf8").trimEnd().split("\n");
const histories = lines.map((line) => JSON.parse(line) as History);
const ignored = ["young", "smaps.Referenced", "committed"];

test.for(histories.map((history) => [history.about, history] as const))("%s", ([, history]) => {
  const { differences, problem } = runHistory(history, "v6.18", { ignored });
  expect({ differences, problem }).toEqual({ differences: [], problem: undefined });
});

test("a page that comes from swap is active, so its second use leaves the mark of the first", () => {
  const history = histories.find(({ id }) => id === "z-swapfile-q3-324");
  expect(history).toBeDefined();
  if (history === undefined) return;
  const { differences } = runHistory(history, "v6.18", { ignored: ["young", "committed"] });
  expect(differences).toEqual([]);
});
