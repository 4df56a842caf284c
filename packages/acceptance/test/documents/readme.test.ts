/** The README names what there is; what it shows of commands, blocks.test.ts holds. */
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { filesOf, readDocument } from "../../documents/blocks.ts";

const readme = readDocument("README.md");

test("the README has every package, and every app", () => {
  const dirs = filesOf("{apps,packages}/*/package.json").map((path) => dirname(path));
  const named = dirs.filter((dir) => new RegExp(`^${dir} `, "m").test(readme));
  expect(dirs.filter((dir) => !named.includes(dir))).toEqual([]);
});
