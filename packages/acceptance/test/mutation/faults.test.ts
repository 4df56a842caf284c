/** The list of faults that `pnpm mutation` makes: is each still about the source as it is? */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REPO } from "@forkpath/config/published";
import { expect, test } from "vitest";
import { type Fault, faultsIn, pathOf, withFault } from "../../mutation/fault.ts";
import { ALL_FAULTS } from "../../mutation/faults/all.ts";

/** What is wrong with the fault, or nothing: then the faulty source differs from the sound one. */
function misfit(fault: Fault): string[] {
  try {
    const source = readFileSync(join(REPO, pathOf(fault)), "utf8");
    return withFault(source, fault) === source ? [`${fault.id} changes nothing`] : [];
  } catch (error) {
    return [String(error)];
  }
}

test("every fault fits its source: mend the list in mutation/faults/ along with the source", () => {
  expect(ALL_FAULTS.flatMap(misfit)).toEqual([]);
});

test("each fault has a name of its own and cites the rule that it breaks", () => {
  expect(new Set(ALL_FAULTS.map(({ id }) => id)).size).toBe(ALL_FAULTS.length);
  expect(ALL_FAULTS.filter(({ why }) => !/§|\b[BDILM]\d|App\. C/.test(why))).toEqual([]);
});

test("enough faults in each package", () => {
  const packages = new Set(ALL_FAULTS.map((fault) => fault.package));
  expect([...packages].sort()).toEqual(
    ["counters", "page-table", "swap", "rmap", "mm", "fork", "kernel", "predict"].sort(),
  );
  expect(ALL_FAULTS.length).toBeGreaterThanOrEqual(60);
});

const [fault] = faultsIn("tiny", [
  { name: "minus", file: "add.ts", find: "a + b", replace: "a - b", why: "" },
]) as readonly [Fault];

test("a fault replaces its text and nothing else", () => {
  expect(withFault("add = a + b;", fault)).toBe("add = a - b;");
  expect(pathOf(fault)).toBe("packages/tiny/src/add.ts");
});

test.each([
  { source: "a * b", times: 0 },
  { source: "a + b, a + b", times: 2 },
])("a fault whose text stands $times times has moved", ({ source, times }) => {
  expect(() => withFault(source, fault)).toThrow(
    `tiny/minus: "a + b" stands ${times} times in packages/tiny/src/add.ts, wanted once`,
  );
});
