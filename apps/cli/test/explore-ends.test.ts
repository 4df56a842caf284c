/** What explore and replay say of an end, so that the next command is known. */
import { expect, test } from "vitest";
import { forkpath } from "./session.ts";

test("where nothing fails, each end has a schedule to look at", async () => {
  const { out } = await forkpath(["explore", "fork-against-reclaim"]);
  const [, string] = /forkpath replay (\S+)/.exec(out.join("\n")) ?? ["", ""];
  expect((await forkpath(["replay", string])).exitCode).toBe(0);
});

test("where every schedule fails in the same end, the expectation may be wrong", async () => {
  const twoForks = (expected: string): string => `
processes: { P: { mappings: { heap: { size: 2 pages, written: all } } }, Q: {} }
threads: { a: [{ fork: P, as: A }], b: [{ fork: Q, as: B }] }
expect: [{ process: P, anonRss: ${expected} }]`;
  const wrong = await forkpath(["explore", "-"], twoForks("7"));
  expect(wrong.out.at(-1)).toMatch(/^every schedule ends so: perhaps the expectation is wrong/);
  expect((await forkpath(["explore", "-"], twoForks("2"))).out.at(-1)).toMatch(/^0 of /);
});

test("a schedule that ends early is told with the threads left, and one that fits", async () => {
  const { err } = await forkpath(["replay", "fork-against-reclaim@v1:a8"]);
  expect(err[0]).toContain("the schedule ends, and fork (a) and reclaim (b) could go on");
  const [, string] = /one that fits: (\S+)$/.exec(err[0]) ?? ["", ""];
  expect((await forkpath(["replay", string])).exitCode).toBe(0);
});
