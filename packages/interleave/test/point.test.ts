/** Which steps depend on each other: by object, by what they do to it, and by its parts. */
import { expect, test } from "vitest";
import { type Point, sameObject } from "../src/index.ts";

const READ = 0;
const WRITE = 1;
const MEMORY = {};
const LOCK = {};
const dependent = sameObject([READ]);

const point = (kind: number, object: object, ...parts: readonly unknown[]): Point => ({
  kind,
  object,
  label: "step",
  ready: () => true,
  ...(parts.length === 0 ? {} : { parts }),
});

test.each<[string, Point, Point, boolean]>([
  ["two writes of one object", point(WRITE, MEMORY), point(WRITE, MEMORY), true],
  ["a read and a write of it", point(READ, MEMORY), point(WRITE, MEMORY), true],
  ["two reads of it", point(READ, MEMORY), point(READ, MEMORY), false],
  ["writes of two objects", point(WRITE, MEMORY), point(WRITE, LOCK), false],
  ["writes of one part", point(WRITE, MEMORY, "a", 1), point(WRITE, MEMORY, 1), true],
  ["writes of two parts", point(WRITE, MEMORY, "a"), point(WRITE, MEMORY, "b"), false],
  ["reads of one part", point(READ, MEMORY, "a"), point(READ, MEMORY, "a"), false],
  ["a part, and all of it", point(WRITE, MEMORY, "a"), point(WRITE, MEMORY), true],
  ["a part that is an object itself", point(READ, MEMORY, LOCK), point(WRITE, LOCK), true],
])("%s: dependent, or not, from either side", (_what, a, b, expected) => {
  expect([dependent(a, b), dependent(b, a)]).toEqual([expected, expected]);
});
