import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseVector } from "../src/index.ts";

const lines = readFileSync(new URL("../data/public.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n");

/** A vector that a test is about to break: anything may stand anywhere. */
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Draft = { [key: string]: Draft } & Draft[] & Json;

/** What is said of the first fork (or zap) vector after `change`; "" when it is still valid. */
function problemAfter(change: (vector: Draft) => unknown, kind = "fork"): string {
  const vector = JSON.parse(lines.find((line) => line.includes(`"kind":"${kind}"`)) ?? "") as Draft;
  change(vector);
  const parsed = parseVector(JSON.stringify(vector));
  return parsed.ok ? "" : parsed.problem;
}

const set = (path: string, value: Json) => (vector: Draft) => {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let at = vector;
  for (const key of keys) at = at[key];
  (at as Record<string, Json>)[last] = value;
};

/** Every object inside `value`, itself included. */
const objectsIn = (value: Json): Record<string, Json>[] => {
  if (value === null || typeof value !== "object") return [];
  const inside = Object.values(value).flatMap((child) => objectsIn(child));
  return Array.isArray(value) ? inside : [value, ...inside];
};

test("every public vector is valid, and is handed back as it was", () => {
  for (const line of lines) {
    expect(parseVector(line)).toEqual({ ok: true, vector: JSON.parse(line) });
  }
});

describe("a problem is one line: the place, and what was wanted there", () => {
  test.each([
    ["config.failAlloc", [1, 2, -3], "config.failAlloc[2]: expected a non-negative integer"],
    ["config.failAlloc", [0.5], "config.failAlloc[0]: expected a non-negative integer"],
    ["config.failAlloc", 3, "config.failAlloc: expected a list"],
    [
      "config.resched",
      "often",
      'config.resched: expected "never", "always" or a list of call indices',
    ],
    ["config.resched", [1, -2], "config.resched[1]: expected a non-negative integer"],
    ["config.hooks", [7], "config.hooks[0]: expected a hook with setParentPte or setSwapMap"],
    ["config.splitPtlocks", 1, "config.splitPtlocks: expected true or false"],
    ["config.trackPfnRet", 22, "config.trackPfnRet: expected 0 or a negative errno"],
    ["vmas.0.flags", ["READ"], "vmas[0].flags[0]: expected the name of a VM_ flag"],
    ["vmas.0.flags", [4], "vmas[0].flags[0]: expected the name of a VM_ flag"],
    ["expect.badDirs", [4], "expect.badDirs[0]: expected a bad entry, as text or object"],
    ["vmas.0.end", "0x1001", "vmas[0].end: expected a page-aligned address below 2^48 in hex"],
    ["pages.0.pfn", "0X1A", "pages[0].pfn: expected a lower-case hex text of at most 64 bits"],
    ["pages.0.pfn", 26, "pages[0].pfn: expected a lower-case hex text of at most 64 bits"],
    ["swapDevices.0.type", 29, "swapDevices[0].type: expected a swap file's type, from 0 to 28"],
    ["expect.locks.pgd", 1, "expect.locks: unknown key pgd"],
    ["comment", "x", "vector: unknown key comment"],
    ["kind", "exec", 'kind: expected a vector of kind "fork" or "zap"'],
    ["kind", "zap", "zap: missing, expected an object"],
    ["vmas", null, "vmas: expected a list"],
  ])("%s = %j", (path, value, problem) => {
    expect(problemAfter(set(path, value as Json))).toBe(problem);
  });

  test.each([
    ["", "not JSON: "],
    ['{"id":', "not JSON: "],
    ["[1]", "vector: expected an object"],
  ])("%j", (line, problem) => {
    const parsed = parseVector(line);
    expect(parsed.ok ? "" : parsed.problem).toContain(problem);
  });

  test("a missing field says so", () => {
    expect(problemAfter((vector) => delete (vector.vmas[0] as Record<string, Json>).start)).toBe(
      "vmas[0].start: missing, expected a page-aligned address below 2^48 in hex",
    );
  });

  test("a zap names one of the vector's VMAs", () => {
    expect(problemAfter(set("zap.vma", 1), "zap")).toBe(
      "zap.vma: expected an index of vmas, which has 1",
    );
  });
});

describe("fields that SCHEMA.md marks (H) are accepted, though no public vector has them", () => {
  const pte = { addr: "0x7f0000001000", pte: "0x0" };
  test.each<[string, Json]>([
    ["config.trackPfnRet", -22],
    ["config.hooks", [{ atCondResched: 0, setParentPte: pte }]],
    ["config.hooks", [{ atCondResched: 2, setSwapMap: { type: 0, offset: "0x5", map: "0x7e" } }]],
    ["parent.badEntries", [{ level: "pmd", addr: "0x7f0000000000" }]],
    ["parent.badEntries", [{ level: "pgd", addr: "0x7f0000000000", value: "0x800000000000021" }]],
    ["expect.badDirs", ["pud 0x800000000000021"]],
    ["expect.badDirs", [{ level: "pud", value: "0x800000000000021" }]],
    ["expect.trackPfnCalls", 2],
    ["expect.rets", [0, -22]],
  ])("%s = %j", (path, value) => {
    expect(problemAfter(set(path, value))).toBe("");
  });
});

describe("properties", () => {
  const anyLine = fc.constantFrom(...lines);

  test("no text makes it throw, and each problem is a single line", () => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      anyLine.map((line) => line.slice(0, -9)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseVector(text);
        expect(parsed.ok ? "" : parsed.problem).toMatch(/^[^\n]+$/);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test("a key that nobody knows is found wherever it stands, and named", () => {
    fc.assert(
      fc.property(anyLine, fc.nat(), (line, pick) => {
        const vector = JSON.parse(line) as Json;
        const objects = objectsIn(vector);
        objects[pick % objects.length].surprise = 1;
        const parsed = parseVector(JSON.stringify(vector));
        expect(parsed.ok ? "" : parsed.problem).toContain("surprise");
      }),
      { seed: 2, numRuns: 200 },
    );
  });
});
