import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type AllocGate,
  allocAtomic,
  allocSleeping,
  createAllocGate,
  failNth,
  passGate,
  runToCompletion,
} from "../src/index.ts";
import { createStage } from "./stage.ts";

/** The next `count` requests: `+` succeeds, `-` fails. */
const ask = (gate: AllocGate, count: number): string =>
  Array.from({ length: count }, () => (passGate(gate) ? "+" : "-")).join("");

test("nothing fails until it is told to", () => {
  const gate = createAllocGate();
  expect(ask(gate, 4)).toBe("++++");
  expect(gate.count).toBe(4);
});

test("the n-th request from now fails, once", () => {
  const gate = createAllocGate();
  failNth(gate, 0);
  expect(ask(gate, 3)).toBe("-++");
  failNth(gate, 2); // counted from here, not from the start
  failNth(gate, 4);
  expect(ask(gate, 6)).toBe("++-+-+");
  expect(gate.count).toBe(9); // refused requests are counted too
});

test("exactly the named requests fail, in whatever order they were named", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(30)), (indices) => {
      const gate = createAllocGate();
      for (const index of indices) failNth(gate, index);
      const expected = Array.from({ length: 31 }, (_, at) => (indices.includes(at) ? "-" : "+"));
      expect(ask(gate, 31)).toBe(expected.join(""));
      expect(gate.refused.size).toBe(0);
    }),
    { seed: 1 },
  );
});

test("a wrong index is refused, and nothing will fail for it", () => {
  const gate = createAllocGate();
  expect(() => failNth(gate, -1)).toThrow(RangeError);
  expect(() => failNth(gate, -1)).toThrow("failNth: index must be from 0 to");
  expect(() => failNth(gate, 0.5)).toThrow(TypeError);
  expect(gate.refused.size).toBe(0);
});

test("page tables and all other objects ask one gate, in the order of the calls", () => {
  const { sync } = createStage();
  failNth(sync.gate, 1);
  expect(allocAtomic(sync, "pud")).toBe(true);
  expect(runToCompletion(allocSleeping(sync, "pmd"))).toBe(false);
  expect(allocAtomic(sync, "pte")).toBe(true);
  expect(sync.gate.count).toBe(3);
});

test("interleaved, an allocation that may sleep lets others ask first", () => {
  const { sync } = createStage(true);
  failNth(sync.gate, 0);
  const sleeper = allocSleeping(sync, "pmd");
  expect(sleeper.next().value).toBe(sync.allocPoint);
  expect(allocAtomic(sync, "swapcont.atomic")).toBe(false); // it came first after all
  expect(sleeper.next()).toEqual({ done: true, value: true });
});
