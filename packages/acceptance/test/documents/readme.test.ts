/** What the README shows of a command is what the command prints. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { commandsOf } from "../../documents/commands.ts";
import { REPO } from "../../publish/published.ts";
import { testCommands } from "./shown.ts";

const readme = readFileSync(join(REPO, "README.md"), "utf8");
const commands = commandsOf(readme);

test("the README has every package, and every app", () => {
  const dirs = globSync("{apps,packages}/*/package.json", { cwd: REPO }).map((path) =>
    dirname(path),
  );
  const named = dirs.filter((dir) => new RegExp(`^${dir} `, "m").test(readme));
  expect(dirs.filter((dir) => !named.includes(dir))).toEqual([]);
});

test("the README shows what it is for", () => {
  expect(commands.length).toBeGreaterThan(4);
});

testCommands(commands);
