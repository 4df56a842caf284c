/** docs/operators.md and docs/kernels.md show what is printed, and what stands in sources. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { commandsOf, runCommand, spokenOf } from "../../documents/commands.ts";
import { blocksOf } from "../../documents/excerpts.ts";
import { REPO } from "../../publish/published.ts";
import { testCommands } from "./shown.ts";

const read = (path: string): string => readFileSync(join(REPO, path), "utf8");
const MANUALS = ["docs/operators.md", "docs/kernels.md"];
const OPTION = /^--[a-z-]+/;

/** A folder with the captures that operators.md speaks of. */
const folder = mkdtempSync(join(tmpdir(), "forkpath-manuals-"));
layCapture("capture-of-redis", (info) => info);
layCapture("capture-of-strict", (info) =>
  info.replace('"overcommit_memory": 0', '"overcommit_memory": 2'),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The recorded process, and a machine around it. */
function layCapture(name: string, change: (info: string) => string): void {
  const [dir, machine] = [join(folder, name), "packages/acceptance/documents/operators"];
  cpSync(join(REPO, "packages/procfs/test/captures/redis/pre"), dir, { recursive: true });
  writeFileSync(join(dir, "meminfo"), read(`${machine}/meminfo`));
  writeFileSync(join(dir, "capture.json"), change(read(`${machine}/capture.json`)));
}

describe.each(MANUALS)("%s", (path) => {
  const text = read(path);
  const commands = commandsOf(text);

  testCommands(commands, folder);

  test("every block says what it is", () => {
    const fences = text.match(/^```.*$/gm)!.filter((_, index) => index % 2 === 0);
    const known = /^```(text command|sh|diff)$/;
    expect(fences.filter((fence) => !known.test(fence))).toEqual([]);
    expect(commands.length).toBeGreaterThan(0);
  });

  test("commands without their output exist, with their options", { timeout: 60_000 }, async () => {
    const spoken = spokenOf(text);
    expect(spoken.length).toBeGreaterThan(1);
    for (const [command = "", ...words] of spoken) {
      const help = await runCommand([command, "--help"]);
      expect(help).toContain(`Usage: forkpath ${command}`);
      const options = words.flatMap((word) => OPTION.exec(word) ?? []);
      expect([command, options.filter((option) => !help.includes(option))]).toEqual([command, []]);
    }
  });
});

test("what a diff of kernels.md adds or leaves stands in the file that it names", () => {
  const diffs = blocksOf(read("docs/kernels.md"), "diff");
  expect(diffs.length).toBeGreaterThan(1);
  const linesOf = (path: string): string[] =>
    read(path)
      .split("\n")
      .map((one) => one.trim());
  for (const diff of diffs) {
    let lines: readonly string[] = [];
    for (const line of diff.trimEnd().split("\n")) {
      const file = /^--- a\/(.+)$/.exec(line)?.[1];
      if (file !== undefined) lines = linesOf(file);
      if (line.startsWith("-")) continue;
      expect(lines).toContain(line.replace(/^(@@)?[ +]/, "").trim());
    }
  }
});
