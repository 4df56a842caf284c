/** What the tour shows of commands and programs is what they print. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { commandsOf, programsOf, runCommand, runProgram } from "../../documents/commands.ts";
import { printedBy } from "../../documents/example.ts";
import { missingPiece } from "../../documents/excerpts.ts";

const tour = readFileSync(resolve(import.meta.dirname, "../../../../docs/tour.md"), "utf8");
const commands = commandsOf(tour);
const programs = programsOf(tour);

test("each step is a command or a few lines", () => {
  expect([commands.length, programs.length].map((count) => count > 3)).toEqual([true, true]);
  for (const code of programs) {
    const lines = code.split("\n").filter((line) => line !== "" && !line.startsWith("import"));
    expect(lines.length).toBeLessThan(10);
  }
});

describe.each(commands)("forkpath $args", ({ args, output }) => {
  test("prints what is shown", { timeout: 120_000 }, async () => {
    expect(missingPiece(await runCommand(args), output)).toBe("");
  });
});

test.each(programs.map((code, index) => [index + 1, code] as const))(
  "program %i prints what it says",
  { timeout: 60_000 },
  async (_index, code) => {
    const prints = printedBy(code);
    expect(prints.length).toBeGreaterThan(0);
    expect((await runProgram(code)).trimEnd().split("\n")).toEqual(prints);
  },
);
