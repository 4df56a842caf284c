import { expect, test } from "vitest";
import { CloneFlag, FORK_FLAGS, Signal, VFORK_FLAGS } from "../src/index.ts";

test("fork and vfork are clone with these flags (SPEC §6.1)", () => {
  expect(FORK_FLAGS).toBe(17); // SIGCHLD and nothing shared
  expect(VFORK_FLAGS).toBe(0x4111);
  expect(FORK_FLAGS & CloneFlag.VM).toBe(0);
  expect(VFORK_FLAGS & CloneFlag.VM).toBe(CloneFlag.VM);
});

test("the exit signal stands in the lowest byte, beside the flags", () => {
  expect(VFORK_FLAGS & CloneFlag.CSIGNAL).toBe(Signal.SIGCHLD);
  const { CSIGNAL, ...flags } = CloneFlag;
  for (const flag of Object.values(flags)) expect(flag % (CSIGNAL + 1)).toBe(0);
});

test("every flag is one bit of its own", () => {
  const { CSIGNAL: _, ...flags } = CloneFlag;
  const bits = Object.values(flags).map((flag) => Math.log2(flag));
  expect(bits.every(Number.isInteger)).toBe(true);
  expect(new Set(bits).size).toBe(bits.length);
});
