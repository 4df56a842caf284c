/** What the README shows of a command is what the command prints. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
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

const commands = excerptsOf(readFileSync(`${repo}/README.md`, "utf8"))
  .filter(({ path }) => path === "command")
  .map(commandOf);

test("the README shows what it is for", () => {
  expect(commands.length).toBeGreaterThan(4);
});

describe.each(commands)("forkpath $args", ({ args, output }) => {
  test("prints what is shown", { timeout: 120_000 }, async () => {
    expect(missingPiece(await run(args), output)).toBe("");
  });
});
