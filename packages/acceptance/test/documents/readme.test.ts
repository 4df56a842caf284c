/** What the README shows of `forkpath demo` is what the command prints. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { excerptsOf, missingPiece } from "../../documents/excerpts.ts";

const repo = resolve(import.meta.dirname, "../../../..");

test("the demo", async () => {
  const shown = excerptsOf(readFileSync(`${repo}/README.md`, "utf8")).filter(
    ({ path }) => path === "demo",
  );
  expect(shown).toHaveLength(1);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [`${repo}/apps/cli/dist/main.js`, "demo"],
    { env: { ...process.env, NO_COLOR: "1" } },
  );
  expect(missingPiece(stdout, shown[0]!)).toBe("");
});
