/** What holds for every command: help, version, colours. */
import { expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { colorsFor } from "../src/terminal.ts";
import { forkpath } from "./session.ts";

test.for([
  ["--help"],
  ["help"],
  ["conform", "--help"],
  ["help", "conform"],
  ["demo", "--help"],
  ["init", "--help"],
  ["run", "--help"],
  ["show", "--help"],
  ["trace", "--help"],
  ["faults", "--help"],
  ["fuzz", "--help"],
  ["defects", "--help"],
  ["capture", "--help"],
  ["explain", "--help"],
  ["proc", "--help"],
  ["live", "--help"],
  ["bench", "--help"],
  ["bench", "fork", "--help"],
])("%j explains itself on standard output, with examples", async (words) => {
  const { exitCode, out, err } = await forkpath(words);
  expect([exitCode, err]).toEqual([0, []]);
  expect(out[0]).toMatch(/^Usage: forkpath/);
  expect(out).toContain("Examples:");
  expect(Math.max(...out.map((line) => line.length))).toBeLessThanOrEqual(100);
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
