/** Examples in docstrings run, and print what they say; what a README names first has one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { publishedLibraries, REPO } from "@forkpath/config/published";
import { describe, expect, test } from "vitest";
import { DIVIDER, examplesIn, programOf } from "../../documents/api/examples.ts";
import { runProgram } from "../../documents/commands.ts";

const libraries = publishedLibraries();
const reports = new Map(
  libraries.map(({ dir }) => {
    const file = `docs/api/${dir.replace("packages/", "")}.api.md`;
    return [dir, readFileSync(join(REPO, file), "utf8")] as const;
  }),
);

/** Read this machine's /proc: elsewhere their examples are not run. */
const LINUX_ONLY: ReadonlySet<string> = new Set(["@forkpath/capture", "@forkpath/live"]);
const isLinux = process.platform === "linux";
if (!isLinux) console.log(`not on Linux: examples of ${[...LINUX_ONLY].join(" and ")} are not run`);

/** Needs a C compiler, and reads other processes: the package's own tests run it. */
const NO_EXAMPLE: ReadonlySet<string> = new Set(["runLive"]);

describe.each(libraries)("$manifest.name", ({ dir, manifest, readme }) => {
  const examples = examplesIn(dir);
  const canRun = isLinux || !LINUX_ONLY.has(manifest.name);

  test.skipIf(!canRun)("its examples print what they say", { timeout: 60_000 }, async () => {
    const output = await runProgram(programOf(examples), dir);
    const printed = output.split(`${DIVIDER}\n`).slice(0, -1);
    const wanted = examples.map(({ of, prints }) => [
      of,
      prints.map((line) => `${line}\n`).join(""),
    ]);
    expect(examples.map(({ of }, index) => [of, printed[index]])).toEqual(wanted);
  });

  test("each prints something", () => {
    expect(examples.filter(({ prints }) => prints.length === 0).map(({ of }) => of)).toEqual([]);
  });

  test("the first of each row that its README names first has one", () => {
    const having = new Set(examples.map(({ of }) => of));
    const wanted = firstNames(readme, reports.get(dir)!);
    expect(wanted.filter((name) => !having.has(name) && !NO_EXAMPLE.has(name))).toEqual([]);
  });
});

/**
 * The first name in each row of the table of what one needs first, ten at most: functions,
 * constants and classes, and calls of an object, `kernel.fork`.
 */
function firstNames(readme: string, report: string): string[] {
  const section = readme.split("\n## What one needs first\n")[1]?.split("\n## ")[0] ?? "";
  const rows = Array.from(section.matchAll(/^\| `(?:(\w+)\.)?(\w+)/gm)).slice(0, 10);
  return rows.flatMap(([, object, name]) =>
    object !== undefined || isValue(report, name!) ? [name!] : [],
  );
}

/** Whether the library exports a function, a constant or a class of that name. */
const isValue = (report: string, name: string): boolean =>
  new RegExp(`^export (?:const|function|class) ${name}\\b`, "m").test(report);
