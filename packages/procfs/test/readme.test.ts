/** The README's examples, run. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  arranged,
  layoutsOf,
  parseSmaps,
  parseStatus,
  printStatus,
  statusWords,
} from "../src/index.ts";

const OWN = "/proc/self/smaps";

test.skipIf(!existsSync(OWN))(`the reader's own process (skipped without ${OWN})`, () => {
  const areas = parseSmaps(readFileSync(OWN));
  const lines = areas
    .toSorted((left, right) => right.rows.Pss - left.rows.Pss)
    .slice(0, 3)
    .map(
      ({ name, rows }) => `${rows.Pss} kB of ${rows.Size} kB in ${name || "memory without a name"}`,
    );
  expect(lines.every((line) => /^\d+ kB of \d+ kB in ./.test(line))).toBe(true);
});

test("a status, and what el6 would have printed", () => {
  const status = parseStatus(
    "Name:\tredis\nPid:\t71\nVmRSS:\t  475204 kB\nRssAnon:\t  465664 kB\n",
  );
  expect(status.rows.VmRSS).toBe(475204);
  expect(statusWords(status, "Pid")).toEqual(["71"]);
  const el6 = printStatus(arranged(status, layoutsOf("el6").statusFields));
  expect(el6).toBe("Name:\tredis\nPid:\t71\nVmRSS:\t  475204 kB\n");
});
