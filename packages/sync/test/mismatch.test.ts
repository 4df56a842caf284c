import { expect, test } from "vitest";
import { compareKept, MACHINE, type Mismatch, mismatchText, tellKept } from "../src/index.ts";

test("a mismatch is data, and what agrees leaves none", () => {
  expect(compareKept("I2", "mm2", "anon_rss", 2, 2)).toEqual([]);
  expect(compareKept("I2", "mm2", "anon_rss", 1, 2)).toEqual([
    { rule: "I2", owner: "mm2", field: "anon_rss", kept: 1, counted: 2 },
  ]);
});

test("it is added to a list, or nothing is", () => {
  const wrong: Mismatch[] = [];
  tellKept(wrong, "I2", "mm2", "anon_rss", 2, 2);
  tellKept(wrong, "I2", "mm2", "anon_rss", 1, 2);
  expect(wrong).toEqual(compareKept("I2", "mm2", "anon_rss", 1, 2));
});

test.each([
  ["a count", "I2", "mm2", "anon_rss", 1, 2, "I2: mm2: anon_rss is 1, but 2 counted"],
  [
    "a value of the machine",
    "I12",
    MACHINE,
    "vm_committed_as",
    9,
    0,
    "I12: machine: vm_committed_as is 9, but 0 counted",
  ],
  ["a state", "tasks", "pid 4", "entry", "free", "used", "tasks: pid 4: entry is free, not used"],
] as const)("%s as a sentence", (_what, rule, owner, field, kept, counted, text) => {
  expect(compareKept(rule, owner, field, kept, counted).map(mismatchText)).toEqual([text]);
});
