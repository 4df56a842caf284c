/** What would take more memory than there is, is told before it is built. */
import { describe, expect, test } from "vitest";
import { expectHeap, expectMemory } from "../src/memory.ts";
import { forkpath } from "./session.ts";

describe("an estimate", () => {
  test("that fits says nothing", () => {
    expect(() => expectMemory(1024, "--mib 1")).not.toThrow();
    expect(() => expectHeap(1024, "--last 1")).not.toThrow();
  });

  test("that does not is a sentence with both numbers", () => {
    expect(() => expectMemory(2 ** 50, "--mib 9")).toThrow(
      /^--mib 9 needs up to 1073741824 MiB of memory, and may have \d+$/,
    );
    // What a machine may have differs; Node's own limit is below 2^35 bytes on all of them.
    expect(() => expectHeap(2 ** 50, "--last 9")).toThrow(/^--last 9 needs up to 1073741824 MiB/);
  });
});

test.each([
  [["bench", "fork", "--mib", "99999999"], "Expected a whole number from 1 to 65536"],
  [["trace", "x.yaml", "--last", "99999999"], "Expected a whole number from 1 to 4194304"],
  [["explore", "two-forks", "--jobs", "1000"], "Expected a whole number from 1 to 64"],
  [["explore", "two-forks", "--shards", "1e9"], "Expected a whole number from 1 to 10000"],
  [["conform", "--skip", "-1"], "Expected a whole number from 0 to"],
  [["faults", "x.yaml", "--from-step", "0"], "Expected a whole number from 1 to"],
])("%j asks for too much, or for nothing", async (words, message) => {
  const { exitCode, out, err } = await forkpath(words);
  expect([exitCode, out, err]).toEqual([2, [], [expect.stringContaining(message)]]);
});
