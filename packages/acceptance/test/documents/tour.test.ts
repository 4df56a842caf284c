/** What the tour shows of commands and programs is what they print. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandsOf, programsOf, runProgram } from "../../documents/commands.ts";
import { printedBy } from "../../documents/example.ts";
import { REPO } from "../../publish/published.ts";
import { testCommands } from "./shown.ts";

const tour = readFileSync(join(REPO, "docs/tour.md"), "utf8");
const commands = commandsOf(tour);
const programs = programsOf(tour);

test("each step is a command or a few lines", () => {
  expect([commands.length, programs.length].map((count) => count > 3)).toEqual([true, true]);
  for (const code of programs) {
    const lines = code.split("\n").filter((line) => line !== "" && !line.startsWith("import"));
    expect(lines.length).toBeLessThan(10);
  }
});

testCommands(commands);

test.each(programs.map((code, index) => [index + 1, code] as const))(
  "program %i prints what it says",
  { timeout: 60_000 },
  async (_index, code) => {
    const prints = printedBy(code);
    expect(prints.length).toBeGreaterThan(0);
    expect((await runProgram(code, "packages/acceptance")).trimEnd().split("\n")).toEqual(prints);
  },
);
