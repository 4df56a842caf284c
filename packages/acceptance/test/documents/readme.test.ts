/** The README names what there is; what it shows of commands, blocks.test.ts holds. */
import { globSync } from "node:fs";
import { dirname } from "node:path";
import { REPO } from "@forkpath/config/published";
import { expect, test } from "vitest";
import { readDocument } from "../../documents/blocks.ts";

const readme = readDocument("README.md");

test("the README has every package, and every app", () => {
  const dirs = globSync("{apps,packages}/*/package.json", { cwd: REPO }).map((path) =>
    dirname(path),
  );
  const named = dirs.filter((dir) => new RegExp(`^${dir} `, "m").test(readme));
  expect(dirs.filter((dir) => !named.includes(dir))).toEqual([]);
});
