import { expect, test } from "vitest";
import { loadVectors, parseVector } from "../src/index.ts";

test("the example of the README", () => {
  // Which forks run out of memory, and what does the first one leave in the child?
  const failed = loadVectors()
    .filter((vector) => vector.kind === "fork")
    .filter((vector) => vector.expect.ret === -12);
  const { config, expect: after } = failed[0];
  expect(failed.length).toBe(56);
  expect(config.failAlloc).toEqual([3, 4]); // the fourth and fifth allocator calls fail ...
  expect(after.childPtes.length).toBe(2); // ... when two entries are copied, and they stay
  expect(after.counters).toEqual({ fileRss: 0, anonRss: 0, swapUsage: 2 });

  // A line from elsewhere: validated, or refused in one line.
  const parsed = parseVector('{"kind": "fork", "id": 7}');
  expect(parsed).toEqual({ ok: false, problem: "id: expected a text" });
});
