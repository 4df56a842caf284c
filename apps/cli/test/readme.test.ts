/** The README has a section for every command; the acceptance tests run what it shows. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { forkpath } from "./session.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("every command has a heading", async () => {
  const { out } = await forkpath(["--help"]);
  const commands = out.flatMap((line) => /^ {2}([a-z]+) .*/.exec(line)?.[1] ?? []);
  const told = commands.filter((name) => name !== "help");
  expect(told.length).toBeGreaterThan(5);
  for (const name of told) expect(readme).toContain(`\n## \`forkpath ${name}`);
});
