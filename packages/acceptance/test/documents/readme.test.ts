/** What the README shows of a command is what the command prints. */
import { globSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { commandsOf, runCommand } from "../../documents/commands.ts";
import { missingPiece } from "../../documents/excerpts.ts";

const repo = resolve(import.meta.dirname, "../../../..");
const readme = readFileSync(`${repo}/README.md`, "utf8");
const commands = commandsOf(readme);

test("the README has every package, and every app", () => {
  const dirs = globSync("{apps,packages}/*/package.json", { cwd: repo }).map((path) =>
    dirname(path),
  );
  const named = dirs.filter((dir) => new RegExp(`^${dir} `, "m").test(readme));
  expect(dirs.filter((dir) => !named.includes(dir))).toEqual([]);
});

test("the README shows what it is for", () => {
  expect(commands.length).toBeGreaterThan(4);
});

describe.each(commands)("forkpath $args", ({ args, output }) => {
  test("prints what is shown", { timeout: 120_000 }, async () => {
    expect(missingPiece(await runCommand(args), output)).toBe("");
  });
});
