/**
 * `forkpath live` as its users see it; the package's own tests tell what a real kernel has.
 */
import { planLive } from "@forkpath/live";
import { parseScenario } from "@forkpath/scenario";
import { expect, test } from "vitest";
import { MIGRATION, SHARED_PAGES } from "./scenarios.ts";
import { forkpath } from "./session.ts";

/** Why nothing can be done here, or null. */
function whyNotHere(): string | null {
  try {
    planLive(parseScenario("processes: {}", "empty.yaml"));
    return null;
  } catch (error) {
    return String(error);
  }
}

const why = whyNotHere();

test("what cannot be done is told before anything is, with its line: exit code 2", async (context) => {
  if (why !== null) context.skip(why);
  const { exitCode, out, err } = await forkpath(["live", "-"], MIGRATION);
  expect(exitCode).toBe(2);
  expect(out.some((line) => line.includes("held against"))).toBe(true);
  expect(err[0]).toMatch(/^error: \d+ things? cannot be done for real; --keep-going leaves out/);
  expect(err[1]).toMatch(/^ +\d+ {2}migrateBegin .*: a migration cannot be stopped half-way$/);
});

test("for a program too", async (context) => {
  if (why !== null) context.skip(why);
  const { exitCode, out } = await forkpath(["live", "-", "--json"], MIGRATION);
  const told = JSON.parse(out.join("\n"));
  expect([exitCode, told.ok]).toEqual([2, undefined]);
  expect(told.cannot[0]).toMatchObject({ why: "a migration cannot be stopped half-way" });
});

test("without a compiler it says so in a line: exit code 2", async (context) => {
  if (why !== null) context.skip(why);
  // The session's environment has no PATH, but for the one that the test runs in.
  const before = process.env.PATH;
  process.env.PATH = "/nowhere";
  try {
    const { exitCode, err } = await forkpath(["live", "-"], SHARED_PAGES);
    expect([exitCode, err.length]).toEqual([2, 1]);
    expect(err[0]).toMatch(/^error: live needs a C compiler, and cc does not run;/);
  } finally {
    process.env.PATH = before;
  }
});

test("without a file it lists the examples", async () => {
  const { exitCode, out } = await forkpath(["live"]);
  expect(exitCode).toBe(0);
  expect(out.some((line) => line.startsWith("many-calls"))).toBe(true);
});
