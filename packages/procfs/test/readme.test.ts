/** The README's second example, on this very process. The first is run by the acceptance tests. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseSmaps } from "../src/index.ts";

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
