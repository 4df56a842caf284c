/** What the README shows is what the commands print. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { forkpath } from "./session.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The code blocks below a heading. */
function blocksOf(heading: string): readonly string[] {
  const section = readme.split("\n## ").find((one) => one.startsWith(`\`forkpath ${heading}`));
  const blocks = [...(section ?? "").matchAll(/```\w*\n(.*?)\n```/gs)];
  return blocks.map(([, text]) => text ?? "");
}

const [scenario = "", shownRun = "", shownProblem = ""] = blocksOf("run");

test("the scenario runs as shown", async () => {
  const { out } = await forkpath(["run", "-"], scenario);
  expect(["$ forkpath run server.yaml", ...out].join("\n")).toBe(shownRun);
});

test("a misspelt step is told as shown", async () => {
  const { err } = await forkpath(["run", "-"], scenario.replace("fork:", "frok:"));
  expect(err.join("\n").replaceAll("stdin:", "server.yaml:")).toBe(shownProblem);
});

test.for(["show", "trace", "faults"])("%s prints what is shown, among more", async (command) => {
  const { out } = await forkpath([command, "-"], scenario);
  expect(out.join("\n")).toContain(blocksOf(command)[0]);
});

test("fuzz prints what is shown", async () => {
  const [shown = ""] = blocksOf("fuzz");
  const [command = "", ...lines] = shown.split("\n");
  const { out } = await forkpath(command.split(" ").slice(2));
  expect(out).toEqual(lines);
});

test("every command has a heading", async () => {
  const { out } = await forkpath(["--help"]);
  const commands = out.flatMap((line) => /^ {2}([a-z]+) .*/.exec(line)?.[1] ?? []);
  const told = commands.filter((name) => name !== "help");
  expect(told.length).toBeGreaterThan(5);
  for (const name of told) expect(readme).toContain(`\n## \`forkpath ${name}`);
});
