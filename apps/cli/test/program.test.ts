/** What holds for every command: help, version, colours. */
import { expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { colorsFor } from "../src/terminal.ts";
import { forkpath, forkpathOn } from "./session.ts";

const COMMANDS =
  "demo init run show playground trace faults fuzz defects kernels bisect explore predict calibrate replay merge conform capture live explain proc bench".split(
    " ",
  );
const HELPS = [
  ["--help"],
  ["help"],
  ["help", "conform"],
  ...COMMANDS.map((command) => [command, "--help"]),
  ["bench", "fork", "--help"],
  ["bench", "explore", "--help"],
];

test("the help of all names every command", async () => {
  const { out } = await forkpath(["--help"]);
  const named = out.flatMap((line) => /^ {2}([a-z]+)(?: [[<].*)? {2,}\S/.exec(line)?.[1] ?? []);
  expect(named.filter((name) => name !== "help")).toEqual(COMMANDS);
});

test.for(HELPS)("%j explains itself on standard output, with examples", async (words) => {
  const { exitCode, out, err } = await forkpath(words);
  expect([exitCode, err]).toEqual([0, []]);
  expect(out[0]).toMatch(/^Usage: forkpath/);
  expect(out).toContain("Examples:");
  expect(Math.max(...out.map((line) => line.length))).toBeLessThanOrEqual(100);
});

test.for(HELPS)("%j fits a screen of 60 columns", async (words) => {
  const { out } = await forkpathOn({ columns: 60 }, words);
  // A command to copy, a table of formats and a list of values stay as they are.
  const long = out.filter((line) => line.length > 60 && !/^ +(\$|\w+ {2,}|\S+$)/.test(line));
  expect(long).toEqual([]);
});

test("help of a command that is none says so", async () => {
  const { exitCode, out, err } = await forkpath(["help", "rnu"]);
  expect([exitCode, out, err]).toEqual([
    2,
    [],
    ["error: unknown command 'rnu' (Did you mean run?)"],
  ]);
});

test.for([
  [["run", "two-forks"], "two-forks is a litmus, whose threads race: forkpath explore two-forks"],
  [["explore", "first-fork"], "first-fork has no threads to explore: forkpath run first-fork"],
  [["run", "."], ". is a folder"],
  [["predict", "no-such"], "there is no folder no-such"],
  [
    ["calibrate", "-o", "./no-such/x"],
    "cannot write ./no-such/x: ENOENT: no such file or directory",
  ],
] as const)("%j is told what would do, or what is wrong", async ([words, message]) => {
  expect(await forkpath(words)).toEqual({ exitCode: 2, out: [], err: [`error: ${message}`] });
});

test("without words it explains itself too, but that is a usage error", async () => {
  const { exitCode, out, err } = await forkpath([]);
  expect([exitCode, out]).toEqual([2, []]);
  expect(err[0]).toMatch(/^Usage: forkpath/);
});

test("--version is the package's", async () => {
  expect((await forkpath(["--version"])).out).toEqual([manifest.version]);
});

test.for([
  { isTTY: true, env: {}, wanted: true },
  { isTTY: false, env: {}, wanted: false },
  { isTTY: true, env: { NO_COLOR: "1" }, wanted: false },
  { isTTY: true, env: { NO_COLOR: "" }, wanted: true },
  { isTTY: true, env: { TERM: "dumb" }, wanted: false },
  { isTTY: false, env: { FORCE_COLOR: "1" }, wanted: true },
  { isTTY: true, env: { FORCE_COLOR: "0" }, wanted: false },
  { isTTY: false, env: { FORCE_COLOR: "1", NO_COLOR: "1" }, wanted: false },
  { isTTY: false, env: { CI: "true" }, wanted: false },
])("screen $isTTY with $env has colours: $wanted", ({ isTTY, env, wanted }) => {
  expect(colorsFor({ isTTY }, env).isColorSupported).toBe(wanted);
});
