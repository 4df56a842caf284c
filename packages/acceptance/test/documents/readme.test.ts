/** What the README shows of a command is what the command prints. */
import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type Excerpt, excerptsOf, missingPiece } from "../../documents/excerpts.ts";

const repo = resolve(import.meta.dirname, "../../../..");
const PROMPT = "$ forkpath ";

/** The command of a block, from its first line, and the rest of the block. */
function commandOf({ path, pieces }: Excerpt): { args: readonly string[]; output: Excerpt } {
  const [[prompt = "", ...first] = [], ...rest] = pieces;
  if (!prompt.startsWith(PROMPT)) throw new Error(`a block of text begins with: ${prompt}`);
  return {
    args: prompt.slice(PROMPT.length).split(" "),
    output: { path, pieces: [first, ...rest].filter((piece) => piece.length > 0) },
  };
}

/** What it prints, whatever its exit code: a race that fails is an answer, too. */
const run = (args: readonly string[]): Promise<string> =>
  new Promise((done) => {
    const env = { ...process.env, NO_COLOR: "1" };
    const cli = `${repo}/apps/cli/dist/main.js`;
    execFile(process.execPath, [cli, ...args], { env, cwd: repo }, (_error, stdout) =>
      done(stdout),
    );
  });

const readme = readFileSync(`${repo}/README.md`, "utf8");
const commands = excerptsOf(readme)
  .filter(({ path }) => path === "command")
  .map(commandOf);

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
    expect(missingPiece(await run(args), output)).toBe("");
  });
});
