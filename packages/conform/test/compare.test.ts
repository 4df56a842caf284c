/** What counts as a difference, and how it is named. */
import { loadVectors } from "@forkpath/conformance";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compare } from "../src/compare.ts";
import { isPassed, runVector } from "../src/run-vector.ts";

const SEED = 20_261;

type Path = readonly (string | number)[];

/** Every place of a JSON value where no list or object stands. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, below]) => leaves(below, [...path, key]));
}

/** A copy of `value` with something else at `path`. */
function spoil(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return typeof value === "number" ? value + 1 : `${value} spoilt`;
  if (Array.isArray(value)) return value.map((one, i) => (`${i}` === key ? spoil(one, rest) : one));
  const fields = value as Record<string, unknown>;
  return { ...fields, [key]: spoil(fields[key], rest) };
}

test("one changed value anywhere in what a vector expects is found", { timeout: 60_000 }, () => {
  const vectors = loadVectors().map((vector) => ({ vector, places: leaves(vector.expect) }));
  const anyPlace = fc
    .constantFrom(...vectors)
    .chain(({ vector, places }) => fc.tuple(fc.constant(vector), fc.constantFrom(...places)));
  const property = fc.property(anyPlace, ([vector, place]) => {
    const spoilt = { ...vector, expect: spoil(vector.expect, place) } as typeof vector;
    const verdict = runVector(spoilt);
    expect(isPassed(verdict)).toBe(false);
    for (const { path } of verdict.differences) expect(path.startsWith(`${place[0]}`)).toBe(true);
  });
  fc.assert(property, { seed: SEED, numRuns: 100 });
});

test("a missing field and a field too many are differences", () => {
  expect(compare({ ret: 0, badPtes: ["0x1000"] }, { ret: 0, contPages: [] })).toEqual([
    { path: "badPtes", wanted: ["0x1000"], got: undefined },
    { path: "contPages", wanted: undefined, got: [] },
  ]);
});

test("entries are matched by address: one too many is one difference, not a shift of all", () => {
  const [first, second, third] = ["0x1000", "0x2000", "0x3000"].map((addr) => ({
    addr,
    pte: "0x5",
  }));
  expect(compare({ childPtes: [first, third] }, { childPtes: [first, second, third] })).toEqual([
    { path: "childPtes[0x2000]", wanted: undefined, got: second },
  ]);
});

test("slots, chains and tables are named by what tells them apart", () => {
  const paths = (wanted: unknown, got: unknown): string[] =>
    compare(wanted, got).map(({ path }) => path);
  const slot = { type: 1, offset: "0x5", map: "0x01" };
  expect(paths({ swap: [slot] }, { swap: [{ ...slot, map: "0x02" }] })).toEqual([
    "swap[1:0x5].map",
  ]);
  const table = { level: "pte", addr: "0x200000" };
  expect(paths({ childTables: [table] }, { childTables: [] })).toEqual([
    "childTables[pte:0x200000]",
  ]);
});

test("things of one name are matched by their place in the list", () => {
  const range = { start: "0x1000", end: "0x2000" };
  expect(compare({ notifier: [range, range] }, { notifier: [range] })).toEqual([
    { path: "notifier[1]", wanted: range, got: undefined },
  ]);
});

test("of two traces the first line that differs is told", () => {
  const wanted = { events: ["vma 0", "alloc pud ok", "lock dst.mm", "ret 0"] };
  const got = { events: ["vma 0", "lock dst.mm", "ret 0"] };
  expect(compare(wanted, got)).toEqual([
    { path: "events[1]", wanted: "alloc pud ok", got: "lock dst.mm" },
  ]);
  expect(compare(got, { events: got.events.slice(0, 2) })).toEqual([
    { path: "events[2]", wanted: "ret 0", got: undefined },
  ]);
});

test("a hook's line may say what it did in other words, but not be missing", () => {
  const withHook = (line: string): object => ({ events: ["cond_resched", line] });
  expect(compare(withHook("hook pte 0x1000"), withHook("hook set_parent_pte 0x1000 0x0"))).toEqual(
    [],
  );
  expect(compare(withHook("hook pte 0x1000"), withHook("ret 0"))).toHaveLength(1);
});

test.for([
  "pmd 0x5000",
  "pmd 0x200000 0x5000",
  { level: "pmd", addr: "0x200000" },
  { level: "pmd", value: "0x5000" },
])("a cleared directory entry may be written as %j", (report) => {
  const got = { badDirs: [{ level: "pmd", addr: "0x200000", value: "0x5000" }] };
  expect(compare({ badDirs: [report] }, got)).toEqual([]);
  expect(compare({ badDirs: [report, report] }, got)).toHaveLength(1);
  expect(compare({ badDirs: ["pud 0x5000"] }, got)).toHaveLength(1);
});
